import { setTimeout as pause } from "node:timers/promises";
import type { SimulatedNodes } from "../../support/simulated-nodes/simulated-nodes.ts";

const lookEveryMs = 500;
const deadlineMs = 900_000;

/** Waits until the nodes are registered and have done, and told, all that they were to do: nothing changes on them from one
 *  look to the next. */
export async function realised(nodes: SimulatedNodes): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  for (let before = ""; ; ) {
    const states = await nodes.states();
    const now = JSON.stringify(states.map(({ position, operations }) => [position, operations]));
    if (now === before && states.every(({ position, unsent }) => position > 0 && unsent === 0)) return;
    if (performance.now() > deadline)
      throw new Error(`not at rest within ${deadlineMs} ms; a node of it: ${JSON.stringify(states[0])}`);
    before = now;
    await pause(lookEveryMs);
  }
}
