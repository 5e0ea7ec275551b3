import type { KernelChange } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { changesBetween } from "../observed/kernel-changes.ts";
import { identityOf } from "../observed/kernel-objects.ts";
import { nothingObserved, type ObservedKernel } from "../observed/observed-kernel.ts";
import { ReportedObjects } from "./reported-objects.ts";

/** What stands in the kernel otherwise than it was reported. Each time it is found out of what changed since the time
 *  before, in the kernel and in what was reported: neither is gone through as a whole. */
export class Unreported {
  #standing: ObservedKernel = nothingObserved;
  #reported = ReportedObjects.none;
  /** By identity, as a report would tell it. */
  readonly #changes = new Map<string, KernelChange>();

  /** The changes that lead from what was reported to what stands, in the order of their identities, those
   *  of objects that are gone last. */
  between(reported: ReportedObjects, standing: ObservedKernel): KernelChange[] {
    this.foresee(reported, standing);
    const changes = [...this.#changes].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, change]) => change);
    return [...changes.filter(({ value }) => value !== ""), ...changes.filter(({ value }) => value === "")];
  }

  /** Finds out as much of it as can be while more is still being read. */
  foresee(reported: ReportedObjects, standing: ObservedKernel): void {
    for (const [identity, before] of reported.otherwiseThan(this.#reported)) {
      const stands = this.#changes.get(identity);
      if (stands === undefined) this.#changes.set(identity, before);
      else this.#compare(identity, stands, reported);
    }
    for (const change of changesBetween(this.#standing, standing)) this.#compare(identityOf(change), change, reported);
    this.#standing = standing;
    this.#reported = reported;
  }

  #compare(identity: string, stands: KernelChange, reported: ReportedObjects): void {
    if ((reported.valueOf(stands, identity) ?? "") === stands.value) this.#changes.delete(identity);
    else this.#changes.set(identity, stands);
  }
}
