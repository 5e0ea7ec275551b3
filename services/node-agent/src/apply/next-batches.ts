import type { Kernel } from "../kernel/kernel.ts";
import type { Operation } from "../plan/operation.ts";

type Batch = readonly Operation[];

/** What runs next, and nothing keeps from running: a batch in which the driver does many operations in one process. Where
 *  it is of rules, those of other routers that come next run beside it. */
export function nextBatches(
  kernel: Pick<Kernel, "batchName">,
  operations: readonly Operation[],
  reasonToSkip: (operation: Operation) => string | undefined,
): readonly Batch[] {
  const placeOf = (operation: Operation | undefined): string | undefined => placeAlone(kernel, operation);
  const place = placeOf(operations[0]);
  const isNext = (each: Operation): boolean =>
    (placeOf(each) === undefined) === (place === undefined) && reasonToSkip(each) === undefined;
  const end = operations.findIndex((each) => !isNext(each));
  const next = operations.slice(0, end < 0 ? operations.length : end);
  return place === undefined
    ? [firstBatch(kernel, next)]
    : byPlace(next, placeOf).map((each) => firstBatch(kernel, each));
}

/** The namespace outside of which it neither needs nor touches anything: a router's rules are of that alone. The kernel
 *  keeps a program waiting that changes them, for longer than it works. */
function placeAlone({ batchName }: Pick<Kernel, "batchName">, operation: Operation | undefined): string | undefined {
  const isOfRules = operation?.kind === "change-table" || operation?.kind === "change-filter";
  if (!isOfRules || operation.netns === "") return undefined;
  return batchName(operation).endsWith(` ${operation.netns}`) ? operation.netns : undefined;
}

function byPlace(operations: readonly Operation[], placeOf: (operation: Operation) => string | undefined): Batch[] {
  const batches = new Map<string, Operation[]>();
  for (const operation of operations) {
    const place = placeOf(operation) ?? "";
    const batch = batches.get(place) ?? [];
    batch.push(operation);
    batches.set(place, batch);
  }
  return [...batches.values()];
}

/** What comes behind it in one place waits for its end. */
function firstBatch(kernel: Pick<Kernel, "batchName">, operations: readonly Operation[]): Batch {
  const [first] = operations;
  const name = first && kernel.batchName(first);
  const end = operations.findIndex((each) => kernel.batchName(each) !== name);
  return operations.slice(0, end < 0 ? operations.length : end);
}
