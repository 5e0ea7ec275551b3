import type { AgentLab } from "../../support/agent-lab.ts";
import { eventually } from "../../support/eventually.ts";
import type { Row } from "../row.ts";
import { sizes, withNode } from "./node-with-routers.ts";
import { memoryMb, untilAtRest } from "./process-cost.ts";

const largest = 1_000;

/** How long it takes an agent that is started over standing routers until it has looked at all of them and made one more,
 *  which was desired meanwhile; the floor is what a node without any takes. And its memory then. */
export async function agentRestart(): Promise<Row[]> {
  const { restartMs: floor } = await restarted(0);
  const rows: Row[] = [];
  for (const size of sizes) {
    const { restartMs, memory } = await restarted(size);
    const judged = size === largest;
    rows.push(
      {
        ...{ name: "agent started over standing routers, until it is in sync", size, unit: "ms" },
        ...{ value: restartMs, floor, target: judged ? 2_000 : undefined },
      },
      {
        ...{ name: "an agent's memory", size, unit: "MB", value: memory },
        ...{ floor: undefined, target: judged ? 120 : undefined },
      },
    );
  }
  return rows;
}

/** @throws Error when it wrote to routers that stood. */
function restarted(count: number): Promise<{ restartMs: number; memory: number }> {
  return withNode(async ({ lab, agent, realise, restartAgent, publish, settled }) => {
    await realise(count);
    await untilAtRest(agent().pid);
    await restartAgent(() => publish(count + 1));
    const startedMs = performance.now();
    await settled();
    const restartMs = performance.now() - startedMs;
    await expectOneRouterWritten(lab);
    return { restartMs, memory: memoryMb(agent().pid) };
  });
}

/** By what the agent that started last reports. */
async function expectOneRouterWritten(lab: AgentLab): Promise<void> {
  const [first] = lab.changes();
  const written = new Set<string>();
  await eventually(() => {
    for (const { incarnation, operations } of lab.changes())
      if (incarnation !== first?.incarnation) for (const { resource } of operations) written.add(resource);
    if (written.size === 0) throw new Error("nothing is reported");
  });
  if (written.size > 1) throw new Error(`a restart wrote for ${[...written].join(", ")}`);
}
