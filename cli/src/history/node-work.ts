import {
  type ExecutedOperation,
  NodeChangesApplied,
  OperationOutcome,
  Trigger,
} from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";

/** What one node did for one resource in one plan. */
export interface NodeWork {
  readonly nodeId: string;
  /** Why: "new desired state", "drift repaired" … */
  readonly trigger: string;
  /** Of the resource's desired state that then stood or failed. Undefined: the plan did not settle it. */
  readonly position: number | undefined;
  /** Why the resource does not stand, in the kernel's words. Empty: it does. */
  readonly error: string;
  readonly operations: readonly Operation[];
}

export interface Operation {
  readonly text: string;
  readonly outcome: "done" | "failed" | "skipped";
  readonly error: string;
}

/** The part of a node's report that is of a resource. Undefined: there is none.
 *  @param key of the desired state: "router.<id>". */
export function workFor(key: string, data: unknown): NodeWork | undefined {
  const { nodeId, trigger, operations, resources, count } = NodeChangesApplied.fromJSON(data);
  const own = operations.filter(({ resource }) => resource === key).map(operationOf);
  const outcome = resources.find((resource) => resource.key === key);
  if (own.length === 0 && outcome === undefined) return undefined;
  const times = count > 1 ? `, ${count} times` : "";
  const why = (triggers[trigger] ?? "applied") + times;
  return { nodeId, trigger: why, position: outcome?.position, error: outcome?.error ?? "", operations: own };
}

const triggers: Readonly<Partial<Record<Trigger, string>>> = {
  [Trigger.DESIRED]: "new desired state",
  [Trigger.START]: "the agent started",
  [Trigger.DRIFT]: "drift repaired",
  [Trigger.RETRY]: "tried again",
};

function operationOf({ text, outcome, error }: ExecutedOperation): Operation {
  const failed = outcome === OperationOutcome.FAILED;
  return { text, error, outcome: failed ? "failed" : outcome === OperationOutcome.SKIPPED ? "skipped" : "done" };
}
