import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PersistentMap } from "@rhumbline/event-sourcing";
import { Trigger } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import {
  externalNetwork,
  floatingIp,
  gatewayPort,
  router,
  tenantNetwork,
} from "../../services/node-agent/src/kernel/contract/sample-state.ts";
import { committed, hostKernel, startAgent } from "../../services/node-agent/src/status/agent-in-memory.ts";
import { middleOf } from "./middle.ts";
import { elapsedMs, type Row } from "./row.ts";

const sizes = [1, 10, 100, 1_000];
const passes = 20;
/** How many times what it costs on a node with one router. */
const growth = 1.5;

/** What the agent itself takes for one change on a node of many routers, the kernel left out: a pass that makes a floating
 *  IP, and one that finds nothing to do. The middle of several. The floor: the same on a node with one router. */
export async function passesOverManyRouters(): Promise<Row[]> {
  const measured: { readonly size: number; readonly changed: number; readonly idle: number }[] = [];
  for (const size of sizes) measured.push({ size, ...(await medians(size)) });
  const [alone] = measured;
  const row = (name: string, of: (at: { changed: number; idle: number }) => number): Row[] =>
    measured.map((at) => {
      const floor = alone === undefined ? undefined : of(alone);
      const target = at.size === sizes.at(-1) && floor !== undefined ? floor * growth : undefined;
      return { name, size: at.size, value: of(at), unit: "ms", target, floor };
    });
  return [
    ...row("a pass that makes a floating IP, by routers of the node", ({ changed }) => changed),
    ...row("a pass that finds nothing to do, by routers of the node", ({ idle }) => idle),
  ];
}

async function medians(count: number): Promise<{ changed: number; idle: number }> {
  const folder = mkdtempSync(join(tmpdir(), "rhumbline-bench-"));
  try {
    const agent = startAgent(folder, hostKernel(), { spoolBytes: 1 << 30 });
    const routers = Array.from({ length: count }, (_, index) =>
      router(index + 1, [1], {
        gateway: gatewayPort(index + 1, { addresses: [`203.${index >> 8}.113.${index & 255}/8`] }),
      }),
    );
    const first = committed(1, externalNetwork(), tenantNetwork(1), ...routers);
    // As the bucket's copy has them: what is made of the last ones shares with them.
    let resources = PersistentMap.from(first.resources);
    let state = { ...first, resources };
    const pass = (trigger: Trigger) => elapsedMs(() => agent.apply(state, trigger));
    await pass(Trigger.DESIRED);
    const changed: number[] = [];
    const idle: number[] = [];
    for (let number = 1; number <= passes; number += 1) {
      const position = 10 * number;
      const added = committed(position, floatingIp(number, 1, `10.0.1.${100 + number}`));
      resources = resources.withAll([...added.resources]);
      state = { ...state, version: added.version, resources };
      changed.push(await pass(Trigger.DESIRED));
      idle.push(await pass(Trigger.DRIFT));
    }
    return { changed: middleOf(changed), idle: middleOf(idle) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
