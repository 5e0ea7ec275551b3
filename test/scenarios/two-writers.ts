import { setTimeout as pause } from "node:timers/promises";
import type { EventStore } from "@rhumbline/event-sourcing";
import { beforeAppend } from "./before-append.ts";
import { createGate } from "./topology/gate.ts";

/** Starts `first`, and `second` when the first has decided and not yet appended to a stream of that prefix; then lets both
 *  go on. A second that decides on what the first has not said yet breaks the rule that they share.
 *  @returns how each ended, in that order. */
export async function amidAppend(
  store: EventStore,
  prefix: string,
  first: () => Promise<unknown>,
  second: () => Promise<unknown>,
): Promise<readonly [PromiseSettledResult<unknown>, PromiseSettledResult<unknown>]> {
  const gate = createGate();
  const asBefore = beforeAppend(store, prefix, () => gate.pass());
  try {
    const decided = gate.shut();
    const one = first();
    one.catch(() => undefined); // Told below.
    await decided;
    const other = second();
    other.catch(() => undefined);
    // As far as it gets without the first: none of what it may do takes as long.
    await Promise.race([other.catch(() => undefined), pause(200)]);
    gate.open();
    return await Promise.allSettled([one, other]);
  } finally {
    gate.open();
    asBefore();
  }
}
