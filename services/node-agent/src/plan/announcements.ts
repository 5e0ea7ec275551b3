import type { DesiredKernel } from "../desired/desired-kernel.ts";
import type { Operation } from "./operation.ts";

/** Gratuitous ARP for every IPv4 address that should stand: to be repeated when a plan's end is unknown, since no kernel remembers what it announced. */
export function announceAll(_desired: DesiredKernel): Operation[] {
  throw new Error("not built yet");
}
