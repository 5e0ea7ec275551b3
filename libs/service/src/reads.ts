import {
  type Fold,
  type Follower,
  LogUnavailable,
  PositionNotReached,
  WriteRefusedByLog,
} from "@rhumbline/event-sourcing";
import type { Call } from "@rhumbline/grpc";
import type { AsOf } from "@rhumbline/proto/rhumbline/service/v1/read";
import type { EarlierStates, Reading } from "./earlier-states.ts";

export interface ReadRequest {
  readonly minPosition: number;
  readonly asOf?: AsOf | undefined;
}

/** The state that a reader asks for: the present one, once it is as new as asked, or that of an earlier moment. The present
 *  one goes on: it is to be read before anything is waited for. */
export type ReadGate<S> = (request: ReadRequest, call: Pick<Call, "signal">) => Promise<Reading<S>>;

export function createReadGate<S>(
  fold: Fold<S>,
  follower: Pick<Follower, "catchUp">,
  earlier: EarlierStates<S>,
): ReadGate<S> {
  return async ({ minPosition, asOf }, call) => {
    if (minPosition > fold.position) {
      // What is asked for may never come as an event of ours: whether it is in the log, only the log can tell.
      const answered = new AbortController();
      const waiting = fold.reached(minPosition, AbortSignal.any([call.signal, answered.signal]));
      await Promise.race([caughtUp(follower), waiting]).finally(() => answered.abort());
    }
    if (minPosition > fold.position) throw new PositionNotReached(minPosition, fold.position);
    if (asOf !== undefined) return orRefused(earlier.at(asOf));
    if (fold.failure !== undefined) throw fold.failure;
    return { state: fold.state, position: fold.position };
  };
}

/** Catches up with the log, for whoever has been told of something that it has not folded yet.
 *  @throws {WriteRefusedByLog} the log can't be asked. */
export async function caughtUp(follower: Pick<Follower, "catchUp">): Promise<void> {
  await orRefused(follower.catchUp());
}

/** @throws {WriteRefusedByLog} the log can't be asked. */
async function orRefused<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof LogUnavailable) throw new WriteRefusedByLog(error);
    throw error;
  }
}
