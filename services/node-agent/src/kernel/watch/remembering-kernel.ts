import type { ObservedKernel } from "../../observed/observed-kernel.ts";
import { usedZones } from "../../observed/used-zones.ts";
import type { Kernel, ReadSoFar } from "../kernel.ts";
import { type ChangedPlaces, type Part, PlacesSoFar } from "../places.ts";
import { touchedBy } from "./touched-by.ts";

/** Places whose connections are looked at if they may be others than they were. */
type ConnectionsOf = "every place" | ReadonlySet<string>;

/** A kernel that is read again only where something may have changed since. */
export interface RememberingKernel extends Pick<Kernel, "batchName" | "execute"> {
  /** Connections of other places than these may be those of an earlier look, or not listed yet: to list them takes the
   *  kernel longer than all else together. Of every place, they are listed as far as it takes no long time.
   *  @param read told as of ObserveAgain, if the kernel reads parts. */
  observe(connectionsOf: ConnectionsOf, read?: ReadSoFar): Promise<ObservedKernel>;
  /** Whether the look at every place left some connections for another. */
  readonly owesConnections: boolean;
  /** What was read there counts no more. */
  changed(places: ChangedPlaces): void;
}

/** @param listening whether every change made by others is told by `changed` now; while it isn't, nothing read counts. */
export function rememberingKernel(kernel: Kernel, listening: () => boolean): RememberingKernel {
  let known: ObservedKernel | undefined;
  const stale = new PlacesSoFar();
  let timesForgotten = 0;
  let owesConnections = false;
  return {
    get owesConnections() {
      return owesConnections;
    },
    batchName: kernel.batchName,
    changed: (places) => {
      if (places === "anywhere") {
        known = undefined;
        timesForgotten += 1;
      } else {
        stale.addAll(places);
      }
    },
    observe: async (connectionsOf, read) => {
      const isAskedFor = (place: string): boolean => connectionsOf === "every place" || connectionsOf.has(place);
      const before = listening() ? known : undefined;
      if (before === undefined) stale.clear();
      const again = { known: before, stale: stale.take(isAskedFor), isAskedFor, read };
      owesConnections = false;
      if (before !== undefined && again.stale.size === 0 && before.unreadable.size === 0) return before;
      const forgotten = timesForgotten;
      // Until this look has ended, and for good if it fails. What changes from here on may be missed by it.
      known = undefined;
      const looked = await kernel.observe(before === undefined && !kernel.readsParts ? undefined : again);
      const observed = { ...looked, usedZones: usedZones(before, looked) };
      stale.addAll(new Map([...observed.unlisted].map((name) => [name, connections])));
      owesConnections = connectionsOf === "every place" && stale.haveConnections;
      if (timesForgotten === forgotten) known = observed;
      return observed;
    },
    execute: (batch) => {
      for (const operation of batch) for (const [place, parts] of touchedBy(operation, known)) stale.add(place, parts);
      return kernel.execute(batch);
    },
  };
}

const connections: ReadonlySet<Part> = new Set(["connections"]);
