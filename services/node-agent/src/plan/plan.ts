import type { DesiredKernel } from "../desired/desired-kernel.ts";
import type { ObservedKernel } from "../observed/observed-kernel.ts";
import type { Operation } from "./operation.ts";

/** The operations that turn what is observed into what is desired, in the order they must run. */
export function plan(_desired: DesiredKernel, _observed: ObservedKernel): Operation[] {
  throw new Error("not built yet");
}
