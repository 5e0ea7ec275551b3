import { type KurrentDBClient, START } from "@kurrent/kurrentdb-client";
import type { SubscribeOptions, Subscription, SubscriptionHandler } from "../event-store.ts";
import { LogUnavailable } from "../event-store-errors.ts";
import { filterFor } from "./filter.ts";
import { delivered } from "./recorded-event.ts";

/** One subscription to $all. The client never takes a broken one up again, and neither does this. */
export function subscribe(
  client: KurrentDBClient,
  { after = 0, streamPrefixes }: SubscribeOptions,
  handler: SubscriptionHandler,
): Subscription {
  const fromPosition = after > 0 ? { commit: BigInt(after), prepare: BigInt(after) } : START;
  const source = client.subscribeToAll({ fromPosition, filter: filterFor(streamPrefixes) });
  let over = false;
  let caughtUp = false;

  const end = async (): Promise<void> => {
    over = true;
    // Where the stream never came to be there is nothing to end.
    await source.unsubscribe().catch(() => undefined);
  };
  const drop = (cause: Error): void => {
    if (over) return;
    void end();
    handler.dropped(cause);
  };
  const deliver = (work: () => void): void => {
    if (over) return;
    try {
      work();
    } catch (cause) {
      drop(cause instanceof Error ? cause : new Error(String(cause)));
    }
  };
  // The client tells of catching up at once, and may still hold events that came before.
  const deliverCaughtUp = (): void => {
    if (!caughtUp || source.readableLength > 0) return;
    caughtUp = false;
    deliver(() => handler.caughtUp());
  };

  source.on("data", (resolved) => {
    deliver(() => {
      const { event } = delivered(resolved);
      if (event !== undefined) handler.event(event);
    });
    deliverCaughtUp();
  });
  source.on("caughtUp", () => {
    caughtUp = true;
    deliverCaughtUp();
  });
  source.on("error", (cause) => drop(new LogUnavailable(cause.message, { cause })));
  source.on("end", () => drop(new LogUnavailable("it ended the subscription")));
  return { stop: end };
}
