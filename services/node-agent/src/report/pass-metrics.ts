import { OperationOutcome, Trigger } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { count, metrics, record } from "@rhumbline/telemetry";
import type { AppliedPlan } from "../apply/apply-plan.ts";

const outcomes = new Map([
  [OperationOutcome.DONE, "done"],
  [OperationOutcome.FAILED, "failed"],
  [OperationOutcome.SKIPPED, "skipped"],
]);

/** Counts what a pass did. One that found nothing to do counts for nothing. */
export function measurePass(trigger: Trigger, { executed }: AppliedPlan, durationMs: number): void {
  if (executed.length === 0) return;
  record(metrics.agentApplyDuration, {}, durationMs / 1000);
  for (const [outcome, name] of outcomes) {
    count(metrics.agentOperations, { outcome: name }, executed.filter((each) => each.outcome === outcome).length);
  }
  const done = executed.filter(({ outcome }) => outcome === OperationOutcome.DONE);
  if (trigger === Trigger.DRIFT) count(metrics.agentDriftRepairs, {}, done.length);
}
