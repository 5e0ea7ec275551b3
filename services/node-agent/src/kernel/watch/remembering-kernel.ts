import type { ObservedKernel } from "../../observed/observed-kernel.ts";
import { rememberingPair } from "../../observed/remember.ts";
import { usedZones } from "../../observed/used-zones.ts";
import type { Kernel, ReadSoFar } from "../kernel.ts";
import { type HearChanges, numberedParts, type Part, type Places, PlacesSoFar } from "../places.ts";
import { keepKnown } from "./keep-known.ts";
import { touchedBy } from "./touched-by.ts";

/** Places whose connections are looked at if they may be others than they were. */
type ConnectionsOf = "every place" | ReadonlySet<string>;

/** What we did ourselves is looked at, or taken to be as it was done: a look at it may follow. */
export type OwnChanges = "looked at" | "as done";

/** A kernel that is read again only where something may have changed since. */
export interface RememberingKernel extends Pick<Kernel, "batchName" | "execute"> {
  /** Connections of other places than these may be those of an earlier look, or not listed yet: to list them takes the
   *  kernel longer than all else together. Of every place, they are listed as far as it takes no long time.
   *  @param own as done: where something else has to be read, what has numbers is read with it, so that those that are known are
   *  of one moment.
   *  @param read told as of ObserveAgain, if the kernel reads parts. */
  observe(connectionsOf: ConnectionsOf, own: OwnChanges, read?: ReadSoFar): Promise<ObservedKernel>;
  /** All that was executed since the last look was done.
   *  @param after the kernel that the look found, with that in it. */
  done(after: ObservedKernel): void;
  /** What a look finds once that is done, if nobody else changes anything. Undefined: it has to be read. */
  expected(after: ObservedKernel): ObservedKernel | undefined;
  /** Whether the look at every place left some connections for another. */
  readonly owesConnections: boolean;
  /** Whether something is known only because we did it, or was left for another look. */
  readonly isUnconfirmed: boolean;
  /** What was read there counts no more. */
  readonly changed: HearChanges;
}

/** @param listening whether every change made by others is told by `changed` now; while it isn't, nothing read counts.
 *  @param isWaitedFor whether somebody waits for the end of a look: what need not be read by it is left for another. */
export function rememberingKernel(
  kernel: Kernel,
  listening: () => boolean,
  isWaitedFor: () => boolean,
): RememberingKernel {
  let known: ObservedKernel | undefined;
  const stale = new PlacesSoFar();
  /** By ourselves alone. */
  const touched = new PlacesSoFar();
  /** Whether what is known has all in it that we did. */
  let isAsDone = true;
  let timesForgotten = 0;
  let owesConnections = false;
  return {
    get owesConnections() {
      return owesConnections;
    },
    get isUnconfirmed() {
      return touched.places.size > 0 || stale.places.size > 0;
    },
    batchName: kernel.batchName,
    changed: (places, by) => {
      if (places === "anywhere") {
        known = undefined;
        timesForgotten += 1;
      } else {
        (by === "us" ? touched : stale).addAll(places);
      }
    },
    observe: async (connectionsOf, own, read) => {
      const isAskedFor = (place: string): boolean => connectionsOf === "every place" || connectionsOf.has(place);
      const before = listening() ? known : undefined;
      if (before === undefined) for (const places of [stale, touched]) places.clear();
      const asked = new PlacesSoFar(stale.take(isAskedFor));
      const othersRules = new Set(placesWith("rules", asked.places));
      // What we did is known: a pass that goes by that reads of it what has another number than was thought.
      const isDone = own === "as done" && isAsDone;
      if (!isDone) asked.addAll(touched.take(isAskedFor));
      else if (asked.places.size > 0)
        asked.addAll(kernel.readsParts ? touched.takeParts(numberedParts) : touched.take(isAskedFor));
      owesConnections = false;
      const unhurried = {
        rulesOf: new Set(placesWith("rules", asked.places).filter((place) => isAsDone && !othersRules.has(place))),
        isWaitedFor,
        left: (place: string) => {
          const parts = asked.places.get(place) ?? [];
          touched.add(
            place,
            [...parts].filter((part) => rulesAndConnections.has(part)),
          );
        },
      };
      const again = { known: before, stale: asked.places, isAskedFor, unhurried, read };
      if (before !== undefined && again.stale.size === 0 && before.unreadable.size === 0) return before;
      const forgotten = timesForgotten;
      // Until this look has ended, and for good if it fails. What changes from here on may be missed by it.
      known = undefined;
      isAsDone = true;
      const looked = await kernel.observe(before === undefined && !kernel.readsParts ? undefined : again);
      const kept = before === undefined ? looked : keepKnown(before, looked);
      const observed = { ...kept, usedZones: usedZones(before, kept) };
      stale.addAll(new Map([...observed.unlisted].map((name) => [name, connections])));
      owesConnections = connectionsOf === "every place" && stale.haveConnections;
      if (timesForgotten === forgotten) known = observed;
      return observed;
    },
    execute: (batch) => {
      isAsDone = false;
      for (const operation of batch)
        for (const [place, parts] of touchedBy(operation, known)) touched.add(place, parts);
      return kernel.execute(batch);
    },
    done: (after) => {
      if (known === undefined) return;
      known = asDone(known, after);
      isAsDone = true;
    },
    expected: (after) => known && asDone(known, after),
  };
}

/** The very same value once more. */
const asDone = rememberingPair(
  (before: ObservedKernel, after: ObservedKernel): ObservedKernel => ({
    ...after,
    usedZones: usedZones(before, after),
  }),
);

const connections: ReadonlySet<Part> = new Set(["connections"]);
const rulesAndConnections: ReadonlySet<Part> = new Set(["rules", "connections"]);

const placesWith = (part: Part, places: Places): string[] =>
  [...places].flatMap(([place, parts]) => (parts.has(part) ? [place] : []));
