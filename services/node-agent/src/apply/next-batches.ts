import type { Kernel } from "../kernel/kernel.ts";
import type { Operation } from "../plan/operation.ts";

/** The operations from the first on that the driver runs in one process and that nothing keeps from running. */
export function nextBatch(
  kernel: Pick<Kernel, "batchName">,
  operations: readonly Operation[],
  reasonToSkip: (operation: Operation) => string | undefined,
): readonly Operation[] {
  const [first] = operations;
  if (first === undefined) return [];
  const name = kernel.batchName(first);
  const end = operations.findIndex((each) => kernel.batchName(each) !== name || reasonToSkip(each) !== undefined);
  return operations.slice(0, end < 0 ? operations.length : end);
}
