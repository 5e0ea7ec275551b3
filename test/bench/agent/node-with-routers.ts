import type { LabProcess } from "@rhumbline/infra/lab";
import {
  type DesiredState,
  desiredState,
  externalNetwork,
  gatewayPort,
  interfacePort,
  router,
  tenantNetwork,
} from "../../../services/node-agent/src/kernel/contract/sample-state.ts";
import { type AgentLab, startAgentLab } from "../../support/agent-lab.ts";
import { kernelAtRest } from "../kernel-at-rest.ts";

/** Of how many routers the worlds of a benchmark consist. */
export const sizes = [1, 10, 100, 1_000];
const deadlineMs = 600_000;
const options = ["--backend", "nftables", "--resync-seconds", "3600"];

/** A node with an agent that has an external and a tenant network, and waits for routers between them. */
export interface NodeWithRouters {
  readonly lab: AgentLab;
  readonly agent: () => LabProcess;
  /** Lets that many stand, from number 1 on, and waits until they do. @returns ms that it took. */
  realise(count: number): Promise<number>;
  restartAgent(meanwhile: () => Promise<void>): Promise<void>;
  /** Has that many desired, and waits for nothing. */
  publish(count: number): Promise<void>;
  /** Waits until what was published last is realised. */
  settled(): Promise<void>;
}

export async function withNode<T>(work: (node: NodeWithRouters) => Promise<T>): Promise<T> {
  await kernelAtRest();
  const lab = await startAgentLab();
  try {
    let agent = await lab.startAgent(options);
    let position = 0;
    const publish = (count: number): Promise<void> => {
      position += 10;
      return lab.publish(position, routersState(count));
    };
    const settled = (): Promise<void> => until(() => lab.appliedPosition() === position);
    const realise = async (count: number): Promise<number> => {
      await publish(count);
      const publishedMs = performance.now();
      await settled();
      return performance.now() - publishedMs;
    };
    await realise(0);
    return await work({
      lab,
      agent: () => agent,
      publish,
      settled,
      realise,
      restartAgent: async (meanwhile) => {
        agent.kill("SIGTERM");
        await agent.exited;
        await meanwhile();
        agent = await lab.startAgent(options);
      },
    });
  } finally {
    await lab.down({ unlike: "a benchmark compares nothing" });
  }
}

/** The networks, and routers between them: each with an address of its own outside, and all with one and the same inside. */
export function routersState(count: number): DesiredState {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const outside = (number: number): string => `203.${number >> 8}.113.${number & 255}/8`;
  const routers = numbers.map((number) =>
    router(number, [], {
      gateway: gatewayPort(number, { addresses: [outside(number)] }),
      interfaces: [interfacePort(number, 1)],
    }),
  );
  return desiredState(externalNetwork(), tenantNetwork(1), ...routers);
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`not realised within ${deadlineMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
