import {
  type Fold,
  type Follower,
  LogUnavailable,
  NotBuilt,
  type Position,
  PositionNotReached,
  WriteRefusedByLog,
} from "@rhumbline/event-sourcing";
import type { Call } from "@rhumbline/grpc";

export interface ReadRequest {
  readonly minPosition: number;
  readonly asOf?: unknown;
}

/** Waits until the state is as new as the reader asks for; answers the position it is read at. */
export type ReadGate = (request: ReadRequest, call: Pick<Call, "signal">) => Promise<Position>;

export function createReadGate<S>(fold: Fold<S>, follower: Pick<Follower, "catchUp">): ReadGate {
  return async ({ minPosition, asOf }, { signal }) => {
    if (asOf !== undefined) throw new NotBuilt("reading the state as of an earlier moment (as_of)");
    if (minPosition <= fold.position) return fold.position;
    // What is asked for may never come as an event of ours: whether it is in the log, only the log can tell.
    const answered = new AbortController();
    const waiting = fold.reached(minPosition, AbortSignal.any([signal, answered.signal]));
    await Promise.race([caughtUp(follower), waiting]).finally(() => answered.abort());
    if (minPosition > fold.position) throw new PositionNotReached(minPosition, fold.position);
    return fold.position;
  };
}

/** Catches up with the log, for whoever has been told of something that it has not folded yet.
 *  @throws {WriteRefusedByLog} the log can't be asked. */
export async function caughtUp(follower: Pick<Follower, "catchUp">): Promise<void> {
  try {
    await follower.catchUp();
  } catch (error) {
    if (error instanceof LogUnavailable) throw new WriteRefusedByLog(error);
    throw error;
  }
}
