import {
  type ExecutedOperation,
  type KernelChange,
  OperationOutcome,
} from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import type { BatchResult, Kernel } from "../kernel/kernel.ts";
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

/** Told what the kernel holds once the plan's last operations are done, while it works on them. */
export type Expecting = (after: ObservedKernel) => void;

type Executing = Pick<Kernel, "batchName" | "execute">;

interface Progress {
  kernel: ObservedKernel;
  readonly executed: ExecutedOperation[];
  readonly failures: FailedOperation[];
  /** Object -> why it isn't as planned. */
  readonly spoilt: Map<string, string>;
}

/** Runs a plan in its order, the rules of several routers beside each other. What depends on a failed operation is skipped;
 *  everything else runs. A refusal of the kernel is an outcome, never an exception. */
export async function applyPlan(
  kernel: Executing,
  operations: readonly Operation[],
  observed: ObservedKernel,
  expecting?: Expecting,
): Promise<AppliedPlan> {
  const progress: Progress = { kernel: observed, executed: [], failures: [], spoilt: new Map() };
  let rest = operations;
  while (rest.length > 0) {
    const [first] = rest;
    const spoilt = first === undefined ? undefined : spoiltNeed(first, progress);
    if (first !== undefined && spoilt !== undefined) {
      recordUndone(first, OperationOutcome.SKIPPED, spoilt, progress);
      rest = rest.slice(1);
    } else {
      const batches = nextBatches(kernel, rest, (op) => spoiltNeed(op, progress));
      const [batch = [], ...beside] = batches;
      const ended =
        beside.length > 0
          ? await runBatches(kernel, batches, progress)
          : await runBatch(kernel, batch, progress, batch.length === rest.length ? expecting : undefined);
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
    running.push(before.then(async () => recordBatch(batch, await kernel.execute(batch), progress)));
  }
  return new Set((await Promise.all(running)).flat());
}

/** What it makes of the kernel is found out while the kernel works. */
async function runBatch(
  kernel: Executing,
  batch: readonly Operation[],
  progress: Progress,
  expecting: Expecting | undefined,
): Promise<ReadonlySet<Operation>> {
  const executing = kernel.execute(batch);
  const foreseen = effectsOf(batch, progress.kernel);
  expecting?.(foreseen.after);
  return new Set(recordBatch(batch, await executing, progress, foreseen));
}

/** What operations make of a kernel, if each does what it says. */
interface Effects {
  readonly after: ObservedKernel;
  /** Of each operation. */
  readonly changes: readonly KernelChange[][];
}

function effectsOf(operations: readonly Operation[], observed: ObservedKernel): Effects {
  let kernel = observed;
  const changes = operations.map((operation) => {
    const before = kernel;
    kernel = afterOperation(before, operation);
    return changesBetween(before, kernel);
  });
  return { after: kernel, changes };
}

/** @param foreseen what it makes of the kernel where all of it is done.
 *  @returns what of it has an outcome now. */
function recordBatch(
  batch: readonly Operation[],
  { done, error }: BatchResult,
  progress: Progress,
  foreseen?: Effects,
): readonly Operation[] {
  const isWhole = done === batch.length;
  const { after, changes } = isWhole && foreseen ? foreseen : effectsOf(batch.slice(0, done), progress.kernel);
  progress.kernel = after;
  for (const [at, made] of changes.entries()) {
    const operation = batch[at];
    if (operation !== undefined) progress.executed.push(executedAs(operation, OperationOutcome.DONE, "", made));
  }
  const refused = batch[done];
  if (refused !== undefined)
    recordUndone(refused, OperationOutcome.FAILED, error ?? "the driver gave no reason", progress);
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

function recordUndone(operation: Operation, outcome: OperationOutcome, error: string, progress: Progress): void {
  for (const subject of subjectsOf(operation)) progress.spoilt.set(subject, error);
  progress.failures.push({ operation, error });
  progress.executed.push(executedAs(operation, outcome, error, []));
}

const executedAs = (
  operation: Operation,
  outcome: OperationOutcome,
  error: string,
  changes: KernelChange[],
): ExecutedOperation => ({
  text: printOperation(operation),
  ...{ outcome, error, changes, resource: operation.resource },
});
