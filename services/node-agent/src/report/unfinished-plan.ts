import {
  type ExecutedOperation,
  type KernelChange,
  OperationOutcome,
} from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import type { SpooledPlan } from "./spool.ts";

/** Closes a plan that the agent died over, by what is observed: an operation that a new plan would print again was not
 *  done, every other was. Which of them made which change nobody can tell, so the first that was done carries all. */
export function closedByObservation(
  plan: SpooledPlan,
  printedAgain: ReadonlySet<string>,
  changes: readonly KernelChange[],
): ExecutedOperation[] {
  const done = plan.operations.findIndex(({ text }) => !printedAgain.has(text));
  return plan.operations.map(({ text, resource }, index) => ({
    text,
    resource,
    ...(printedAgain.has(text)
      ? { outcome: OperationOutcome.FAILED, error: "the agent ended before it was done" }
      : { outcome: OperationOutcome.OBSERVED, error: "" }),
    changes: index === Math.max(done, 0) ? changes : [],
  }));
}
