import {
  createFold,
  type DomainEvent,
  type EventStore,
  type FoldDefinition,
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
  /** After the longest prefix of the log at or before the moment. The state is nobody's to change.
   *  @throws {InvalidFields} the moment is none, or to come.
   *  @throws {PositionNotReached} the log does not reach it.
   *  @throws {LogUnavailable} */
  at(asOf: AsOf): Promise<Reading<S>>;
}

/** Long enough for the pages of a list, which all ask for the same moment. */
const keptForMs = 60_000;

/** Each is folded from the log's start when somebody asks for it: one at a time, and the last is kept for a while. It
 *  takes as much memory as the present state, and as long as a start without snapshot. */
export function earlierStates<S, E extends DomainEvent>(
  definition: FoldDefinition<S, E>,
  store: EventStore,
): EarlierStates<S> {
  let turn: Promise<unknown> = Promise.resolve();
  let kept: { readonly moment: string; readonly reading: Reading<S> } | undefined;
  let forgetting: NodeJS.Timeout | undefined;

  const keptOrFolded = async (asOf: AsOf): Promise<Reading<S>> => {
    const moment = JSON.stringify(AsOf.toJSON(asOf));
    const reading = kept?.moment === moment ? kept.reading : await foldTo(definition, store, asOf);
    kept = { moment, reading };
    clearTimeout(forgetting);
    forgetting = setTimeout(() => {
      kept = undefined;
    }, keptForMs).unref();
    return reading;
  };

  return {
    async at(asOf) {
      await requireReached(store, asOf);
      const mine = turn.then(() => keptOrFolded(asOf));
      turn = mine.catch(() => undefined); // Its own caller is told.
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

/** Ends a replay: what comes is later. */
const momentPassed = new Error("what comes is later than the moment");

async function foldTo<S, E extends DomainEvent>(
  definition: FoldDefinition<S, E>,
  store: EventStore,
  { at }: AsOf,
): Promise<Reading<S>> {
  const fold = createFold(definition);
  const isLater = ({ position, metadata }: RecordedEvent): boolean => {
    if (at?.$case === "position") return position > at.value;
    const { timeMs = 0 } = (metadata ?? {}) as { timeMs?: number };
    return at !== undefined && timeMs > at.value.getTime();
  };
  try {
    await store.replay({ streamPrefixes: fold.streamPrefixes }, (event) => {
      if (isLater(event)) throw momentPassed;
      fold.take(event);
    });
  } catch (error) {
    if (error !== momentPassed) throw error;
  }
  if (at?.$case === "position") fold.considered(at.value);
  return { state: fold.state, position: fold.position };
}
