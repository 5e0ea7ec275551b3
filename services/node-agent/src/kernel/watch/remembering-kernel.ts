import type { ObservedKernel } from "../../observed/observed-kernel.ts";
import type { Kernel } from "../kernel.ts";
import type { ChangedPlaces } from "./watch-kernel.ts";

/** A kernel that is read again only where something may have changed since. */
export interface RememberingKernel extends Kernel {
  /** What was read there counts no more. */
  changed(places: ChangedPlaces): void;
}

/** @param listening whether every change made by others is told by `changed` now; while it isn't, nothing read counts. */
export function rememberingKernel(kernel: Kernel, listening: () => boolean): RememberingKernel {
  let known: ObservedKernel | undefined;
  let stale = new Set<string>();
  let timesForgotten = 0;
  return {
    batchName: kernel.batchName,
    changed: (places) => {
      if (places === "anywhere") {
        known = undefined;
        timesForgotten += 1;
      } else {
        for (const place of places) stale.add(place);
      }
    },
    observe: async () => {
      const again = known === undefined || !listening() ? undefined : { known, stale };
      const forgotten = timesForgotten;
      // Until this look has ended, and for good if it fails. What changes from here on may be missed by it.
      known = undefined;
      stale = new Set();
      const observed = await kernel.observe(again);
      if (timesForgotten === forgotten) known = observed;
      return observed;
    },
    execute: (batch) => {
      for (const { netns } of batch) stale.add(netns);
      // What is done in a namespace shows outside: the other ends of its devices, the programs that serve it.
      stale.add("");
      return kernel.execute(batch);
    },
  };
}
