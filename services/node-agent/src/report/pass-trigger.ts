import { Trigger } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import type { Operation } from "../plan/operation.ts";

/** What a pass is reported as. The kernel's events wake it for our own changes too, and for the device that an instance was
 *  given: drift it is where something of ours was found changed, or a connection that nothing grants. */
export function passTrigger(wokenBy: Trigger, changedByOthers: boolean, operations: readonly Operation[]): Trigger {
  if (wokenBy !== Trigger.DRIFT && wokenBy !== Trigger.RETRY) return wokenBy;
  const drifted = changedByOthers || operations.some(({ kind }) => kind === "delete-flows");
  return drifted ? Trigger.DRIFT : Trigger.RETRY;
}
