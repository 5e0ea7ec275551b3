import type { ObservedKernel } from "../../observed/observed-kernel.ts";
import type { Kernel } from "../kernel.ts";
import { type ChangedPlaces, PlacesSoFar } from "../places.ts";
import { touchedBy } from "./touched-by.ts";

/** Places whose connections are looked at if they may be others than they were. */
type ConnectionsOf = "every place" | ReadonlySet<string>;

/** A kernel that is read again only where something may have changed since. */
export interface RememberingKernel extends Pick<Kernel, "batchName" | "execute"> {
  /** Connections of other places than these may be those of an earlier look: to list them takes the kernel longer than all
   *  else together. */
  observe(connectionsOf: ConnectionsOf): Promise<ObservedKernel>;
  /** What was read there counts no more. */
  changed(places: ChangedPlaces): void;
}

/** @param listening whether every change made by others is told by `changed` now; while it isn't, nothing read counts. */
export function rememberingKernel(kernel: Kernel, listening: () => boolean): RememberingKernel {
  let known: ObservedKernel | undefined;
  const stale = new PlacesSoFar();
  let timesForgotten = 0;
  return {
    batchName: kernel.batchName,
    changed: (places) => {
      if (places === "anywhere") {
        known = undefined;
        timesForgotten += 1;
      } else {
        stale.addAll(places);
      }
    },
    observe: async (connectionsOf) => {
      const before = listening() ? known : undefined;
      const isAskedFor = (place: string): boolean => connectionsOf === "every place" || connectionsOf.has(place);
      const again = before && { known: before, stale: stale.take(isAskedFor) };
      if (again !== undefined && again.stale.size === 0 && again.known.unreadable.size === 0) return again.known;
      if (again === undefined) stale.clear();
      const forgotten = timesForgotten;
      // Until this look has ended, and for good if it fails. What changes from here on may be missed by it.
      known = undefined;
      const observed = await kernel.observe(again);
      if (timesForgotten === forgotten) known = observed;
      return observed;
    },
    execute: (batch) => {
      for (const operation of batch) for (const [place, parts] of touchedBy(operation, known)) stale.add(place, parts);
      return kernel.execute(batch);
    },
  };
}
