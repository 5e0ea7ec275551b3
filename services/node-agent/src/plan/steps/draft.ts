import type { ObservedKernel, ObservedNamespace } from "../../observed/observed-kernel.ts";
import { afterOperation } from "../effects/after-operation.ts";
import type { Operation } from "../operation.ts";

/** A plan in the making: each step sees the kernel as the steps before it will have left it. */
export interface Draft {
  /** As it is before any of it. */
  readonly observed: ObservedKernel;
  readonly operations: readonly Operation[];
  kernel(): ObservedKernel;
  namespace(name: string): ObservedNamespace | undefined;
  add(operation: Operation): void;
}

export function startDraft(observed: ObservedKernel): Draft {
  let kernel = observed;
  const operations: Operation[] = [];
  return {
    observed,
    operations,
    kernel: () => kernel,
    namespace: (name) => kernel.namespaces.get(name),
    add: (operation) => {
      operations.push(operation);
      kernel = afterOperation(kernel, operation);
    },
  };
}
