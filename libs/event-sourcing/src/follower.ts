import type { EventStore, Position, Subscription } from "./event-store.ts";
import type { Fold } from "./fold.ts";
import { FoldFailed } from "./fold-failed.ts";

export interface FollowerEvents {
  /** Called once, when the fold has first reached the log's end. */
  ready?(): void;
  /** The subscription ended; it is tried again after `retryMs`. */
  dropped?(cause: Error, retryMs: number): void;
}

/** Keeps a fold at the end of the log: catches up, then follows, and subscribes again until the fold fails. */
export interface Follower {
  /** Reads to the log's present end once, without waiting for a subscription that may have nothing to say:
   *  afterwards the fold has considered everything that was in the log at the call.
   *  @throws {LogUnavailable}
   *  @throws {FoldFailed} */
  catchUp(): Promise<Position>;
  stop(): Promise<void>;
}

const firstRetryMs = 50;
const lastRetryMs = 2_000;

export function follow<S>(store: EventStore, fold: Fold<S>, events: FollowerEvents = {}): Follower {
  let stopped = false;
  let retryMs = firstRetryMs;
  let timer: NodeJS.Timeout | undefined;
  let subscription: Subscription | undefined;
  let announced = false;
  let reading: Promise<Position> | undefined;
  let nextReading: Promise<Position> | undefined;

  const subscribe = (): void => {
    subscription = store.subscribe(
      { after: fold.position, streamPrefixes: fold.streamPrefixes, ignoredTypes: fold.ignoredTypes },
      {
        event: (event) => fold.take(event),
        caughtUp: () => {
          retryMs = firstRetryMs;
          if (announced) return;
          announced = true;
          events.ready?.();
        },
        dropped: (cause) => {
          // The event that it fails on would come again and again.
          if (stopped || cause instanceof FoldFailed) return;
          events.dropped?.(cause, retryMs);
          timer = setTimeout(subscribe, retryMs);
          retryMs = Math.min(retryMs * 2, lastRetryMs);
        },
      },
    );
  };
  subscribe();

  const readToEnd = async (): Promise<Position> => {
    const end = await store.lastPosition();
    if (end > fold.position) {
      for await (const event of store.readAll({ from: fold.position, streamPrefixes: fold.streamPrefixes })) {
        fold.take(event);
      }
      fold.considered(end);
    }
    return fold.position;
  };

  return {
    catchUp() {
      // A call that comes while a reading is under way must see what was written since that one began; all such calls
      // share the one that follows it.
      nextReading ??= (reading ?? Promise.resolve(0))
        .catch(() => 0)
        .then(() => {
          reading = nextReading;
          nextReading = undefined;
          return readToEnd();
        });
      return nextReading;
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await subscription?.stop();
    },
  };
}

/** Folds the log from the fold's position to its present end, without following it. For a start, and for `verify`. */
export async function foldToEnd<S>(store: EventStore, fold: Fold<S>, upTo = Number.POSITIVE_INFINITY): Promise<void> {
  const end = Math.min(await store.lastPosition(), upTo);
  await store.replay({ from: fold.position, streamPrefixes: fold.streamPrefixes }, (event) => {
    if (event.position <= upTo) fold.take(event);
  });
  fold.considered(end);
}
