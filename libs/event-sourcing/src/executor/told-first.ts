import type { Position, StreamAppend } from "../event-store.ts";
import type { Fold } from "../fold.ts";

/** Settles as the log answers an append, or before it with the position of the append's last event, once the fold has taken
 *  that: the log delivers in another call than it answers in, and either says that the events are in it.
 *  @param ask sends the append in this turn, and answers undefined where it left off once the fold had told. */
export function toldFirst<S, T>(
  fold: Pick<Fold<S>, "onAdvance">,
  { stream, events }: StreamAppend,
  ask: (isTold: () => boolean) => Promise<T | undefined>,
): Promise<T | Position> {
  const id = events.at(-1)?.id;
  let isTold = false;
  return new Promise((resolve, reject) => {
    const forget = fold.onAdvance((taken) => {
      if (taken === undefined || taken.stream !== stream || taken.id !== id) return;
      isTold = true;
      forget();
      resolve(taken.position);
    });
    ask(() => isTold)
      .finally(forget)
      .then((answer) => answer !== undefined && resolve(answer), reject);
  });
}
