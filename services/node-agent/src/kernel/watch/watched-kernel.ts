import type { ObservedKernel } from "../../observed/observed-kernel.ts";
import type { Kernel, ReadSoFar } from "../kernel.ts";
import type { ChangeAuthor, HearChanges } from "../places.ts";
import { type RememberingKernel, rememberingKernel } from "./remembering-kernel.ts";
import type { KernelWatch } from "./watch-kernel.ts";

/** Who acts on a kernel. */
interface Attendant {
  /** Something was changed in it. */
  heard(by: ChangeAuthor): void;
  /** As of rememberingKernel. */
  isWaitedFor(): boolean;
  /** As of ObserveAgain, of the first look. */
  readonly read: ReadSoFar;
}

/** A kernel that is listened to, and was looked at before anybody asks. */
export interface WatchedKernel {
  readonly known: RememberingKernel;
  readonly watch: KernelWatch;
  /** Settles when what is inside of namespaces is being read: it takes the longest, and nobody needs to do anything for it. Or when
   *  that can't be waited for. */
  readonly underWay: Promise<void>;
  /** Settles when the first look has ended, whether anything could be read or not. */
  readonly looked: Promise<void>;
  /** As `known` does it, once the first look has ended: why nothing can be read, that says. */
  readonly observe: RememberingKernel["observe"];
  /** From then on it is told. What was heard before is looked at by whoever observes. */
  attendedBy(attendant: Attendant): void;
}

/** @param watchKernel starts to listen for changes in that kernel. */
export function watchedKernel(kernel: Kernel, watchKernel: (changed: HearChanges) => KernelWatch): WatchedKernel {
  let attendant = nobody;
  const known = rememberingKernel(
    kernel,
    () => watch.listening,
    () => attendant.isWaitedFor(),
  );
  const watch = watchKernel((places, by) => {
    known.changed(places, by);
    attendant.heard(by);
  });
  let isUnderWay = (): void => undefined;
  const underWay = new Promise<void>((resolve) => {
    isUnderWay = resolve;
  });
  if (!kernel.readsParts) isUnderWay();
  const read = (some: ObservedKernel): void => {
    isUnderWay();
    attendant.read(some);
  };
  const looked = watch.ready
    .then(() => known.observe(new Set(), "looked at", read))
    .catch(() => undefined)
    .then(() => isUnderWay());
  return {
    known,
    watch,
    underWay,
    looked,
    observe: async (...what) => {
      await looked;
      return known.observe(...what);
    },
    attendedBy: (someone) => {
      attendant = someone;
    },
  };
}

const nobody: Attendant = { heard: () => undefined, isWaitedFor: () => false, read: () => undefined };
