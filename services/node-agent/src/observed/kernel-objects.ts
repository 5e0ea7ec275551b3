import type { KernelChange } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import type { ObservedKernel } from "./observed-kernel.ts";

/** Every object of ours, as a change that makes it: namespace, kind and key name it, `value` is its canonical text. Sorted. */
export function objectsOf(_observed: ObservedKernel): KernelChange[] {
  throw new Error("not built yet");
}

/** The changes that lead from one set of objects to the other; an object that is gone has an empty value. */
export function differenceOf(_before: readonly KernelChange[], _after: readonly KernelChange[]): KernelChange[] {
  throw new Error("not built yet");
}
