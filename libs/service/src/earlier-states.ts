import { setImmediate as turnOver } from "node:timers/promises";
import {
  createFold,
  type DomainEvent,
  type EventStore,
  type Fold,
  type FoldDefinition,
  type FoldImage,
  InvalidFields,
  type Position,
  PositionNotReached,
  type RecordedEvent,
} from "@rhumbline/event-sourcing";
import { AsOf } from "@rhumbline/proto/rhumbline/service/v1/read";

/** A state, and the position of the log that it is of. */
export interface Reading<S> {
  readonly state: S;
  readonly position: Position;
}

/** A service's states at earlier moments of the log. */
export interface EarlierStates<S> {
  /** After the longest prefix of the log at or before the moment. It goes on to later moments: it is to be read before
   *  anything is waited for, and is nobody's to change.
   *  @throws {InvalidFields} the moment is none, or to come.
   *  @throws {PositionNotReached} the log does not reach it.
   *  @throws {LogUnavailable}
   *  @throws {FoldFailed} */
  at(asOf: AsOf): Promise<Reading<S>>;
}

/** Long enough for the pages of a list, which all ask for the same moment. */
const keptForMs = 60_000;

/** Each is folded when somebody asks for it, one at a time, from the nearest that there is before it: the last that was asked
 *  for, which is kept for a while, the saved snapshot, or the log's start. It takes as much memory as the present state.
 *  @param saved what the fold may begin from, if there is something. */
export function earlierStates<S, E extends DomainEvent>(
  definition: FoldDefinition<S, E>,
  store: EventStore,
  saved: () => Promise<FoldImage<S> | undefined> = async () => undefined,
): EarlierStates<S> {
  let turn: Promise<unknown> = Promise.resolve();
  let kept: { readonly moment: string; readonly fold: Fold<S> } | undefined;
  let forgetting: NodeJS.Timeout | undefined;

  const nearestBefore = async (asOf: AsOf): Promise<Fold<S>> => {
    // Whoever was given its state has read it once this turn is over.
    await turnOver();
    if (kept !== undefined && !isBehind(asOf, kept.fold)) return kept.fold;
    kept = undefined; // It is not held in memory beside another.
    const image = await saved();
    return createFold(
      definition,
      image && !isBehind(asOf, { position: image.lastEvent.position, timeMs: image.timeMs }) ? image : undefined,
    );
  };

  const keptOrFolded = async (asOf: AsOf): Promise<Reading<S>> => {
    const moment = JSON.stringify(AsOf.toJSON(asOf));
    if (kept?.moment !== moment) {
      const fold = await nearestBefore(asOf);
      await foldTo(store, fold, asOf);
      kept = { moment, fold };
    }
    clearTimeout(forgetting);
    forgetting = setTimeout(() => {
      kept = undefined;
    }, keptForMs).unref();
    const { state, position } = kept.fold;
    return { state, position };
  };

  return {
    async at(asOf) {
      await requireReached(store, asOf);
      const mine = turn.then(() => keptOrFolded(asOf));
      turn = mine.catch(() => {
        kept = undefined; // It may have gone some of the way.
      });
      return mine;
    },
  };
}

async function requireReached(store: EventStore, { at }: AsOf): Promise<void> {
  const refuse = (field: string, description: string): never => {
    throw new InvalidFields([{ field, description }]);
  };
  switch (at?.$case) {
    case "position": {
      const end = await store.lastPosition();
      if (at.value > end) throw new PositionNotReached(at.value, end);
      return;
    }
    case "time": {
      const timeMs = at.value.getTime();
      if (Number.isNaN(timeMs)) refuse("as_of.time", "is no time between the years 1 and 9999");
      if (timeMs > Date.now()) refuse("as_of.time", `${at.value.toISOString()} is yet to come`);
      return;
    }
    default:
      refuse("as_of", "accepted is a position of the log or a time");
  }
}

/** Whether a moment lies behind what stands there and then: times never decrease along the log. */
function isBehind({ at }: AsOf, { position, timeMs }: { position: Position; timeMs: number }): boolean {
  return at?.$case === "position" ? position > at.value : at !== undefined && timeMs > at.value.getTime();
}

/** Ends a replay: what comes is later. */
const momentPassed = new Error("what comes is later than the moment");

async function foldTo<S>(store: EventStore, fold: Fold<S>, asOf: AsOf): Promise<void> {
  const { at } = asOf;
  // Only a moment in time needs to know when it was: that has to be decoded.
  const timeOf = ({ metadata }: RecordedEvent): number => ((metadata ?? {}) as { timeMs?: number }).timeMs ?? 0;
  try {
    // The log reads from where an event stands; a moment may be between two.
    await store.replay({ from: fold.takenPosition, streamPrefixes: fold.streamPrefixes }, (event) => {
      const { position } = event;
      if (isBehind(asOf, { position, timeMs: at?.$case === "time" ? timeOf(event) : 0 })) throw momentPassed;
      fold.take(event);
    });
  } catch (error) {
    if (error !== momentPassed) throw error;
  }
  if (at?.$case === "position") fold.considered(at.value);
}
