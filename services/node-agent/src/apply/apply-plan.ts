import { type ExecutedOperation, OperationOutcome } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import type { Kernel } from "../kernel/kernel.ts";
import { changesBetween } from "../observed/kernel-changes.ts";
import type { ObservedKernel } from "../observed/observed-kernel.ts";
import { needsOf, subjectsOf } from "../plan/dependencies.ts";
import { afterOperation } from "../plan/effects/after-operation.ts";
import type { Operation } from "../plan/operation.ts";
import { printOperation } from "../plan/print-operation.ts";
import type { FailedOperation } from "../plan/resource-states.ts";
import { nextBatches } from "./next-batches.ts";

export interface AppliedPlan {
  /** One for each operation of the plan, as they ended. A skipped one stands where it would have run. */
  readonly executed: readonly ExecutedOperation[];
  /** The failed and the skipped ones. */
  readonly failures: readonly FailedOperation[];
  /** What the kernel holds now if every operation did what it says: `observed` folded with those done. */
  readonly after: ObservedKernel;
}

/** Told of each operation as soon as its outcome is known. */
export type ApplyObserver = (executed: ExecutedOperation, operation: Operation) => void;

type Executing = Pick<Kernel, "batchName" | "execute">;

interface Progress {
  kernel: ObservedKernel;
  readonly executed: ExecutedOperation[];
  readonly failures: FailedOperation[];
  /** Object -> why it isn't as planned. */
  readonly spoilt: Map<string, string>;
  readonly observer: ApplyObserver | undefined;
}

/** Runs a plan in its order, the rules of several routers beside each other. What depends on a failed operation is skipped;
 *  everything else runs. A refusal of the kernel is an outcome, never an exception. */
export async function applyPlan(
  kernel: Executing,
  operations: readonly Operation[],
  observed: ObservedKernel,
  observer?: ApplyObserver,
): Promise<AppliedPlan> {
  const progress: Progress = { kernel: observed, executed: [], failures: [], spoilt: new Map(), observer };
  let rest = operations;
  while (rest.length > 0) {
    const [first] = rest;
    const spoilt = first === undefined ? undefined : spoiltNeed(first, progress);
    if (first !== undefined && spoilt !== undefined) {
      record(first, OperationOutcome.SKIPPED, spoilt, progress);
      rest = rest.slice(1);
    } else {
      const ended = await runBatches(
        kernel,
        nextBatches(kernel, rest, (op) => spoiltNeed(op, progress)),
        progress,
      );
      rest = rest.filter((operation) => !ended.has(operation));
    }
  }
  return { executed: progress.executed, failures: progress.failures, after: progress.kernel };
}

/** So many batches run beside each other. */
const mostAtOnce = 8;

/** Each begins once the one so many before it has ended.
 *  @returns what has an outcome now. */
async function runBatches(
  kernel: Executing,
  batches: readonly (readonly Operation[])[],
  progress: Progress,
): Promise<ReadonlySet<Operation>> {
  const running: Promise<readonly Operation[]>[] = [];
  for (const [at, batch] of batches.entries()) {
    const before = Promise.resolve(running[at - mostAtOnce]);
    running.push(before.then(() => runBatch(kernel, batch, progress)));
  }
  return new Set((await Promise.all(running)).flat());
}

/** @returns what of it has an outcome now. */
async function runBatch(
  kernel: Executing,
  batch: readonly Operation[],
  progress: Progress,
): Promise<readonly Operation[]> {
  const { done, error } = await kernel.execute(batch);
  for (const operation of batch.slice(0, done)) record(operation, OperationOutcome.DONE, "", progress);
  const refused = batch[done];
  if (refused !== undefined) record(refused, OperationOutcome.FAILED, error ?? "the driver gave no reason", progress);
  return batch.slice(0, done + 1);
}

/** Why something that the operation needs isn't there. */
function spoiltNeed(operation: Operation, { spoilt }: Progress): string | undefined {
  if (spoilt.size === 0) return undefined;
  for (const need of [...subjectsOf(operation), ...needsOf(operation)]) {
    const reason = spoilt.get(need);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function record(operation: Operation, outcome: OperationOutcome, error: string, progress: Progress): void {
  const done = outcome === OperationOutcome.DONE;
  const before = progress.kernel;
  if (done) {
    progress.kernel = afterOperation(before, operation);
  } else {
    for (const subject of subjectsOf(operation)) progress.spoilt.set(subject, error);
    progress.failures.push({ operation, error });
  }
  const changes = done ? changesBetween(before, progress.kernel) : [];
  const executed = { text: printOperation(operation), outcome, error, changes, resource: operation.resource };
  progress.executed.push(executed);
  progress.observer?.(executed, operation);
}
