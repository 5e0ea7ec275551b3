import type { SubscribeOptions, Subscription, SubscriptionHandler } from "../event-store.ts";
import { LogUnavailable } from "../event-store-errors.ts";
import type { SharedConnection } from "./plain-session.ts";
import { openReadCall, readAllOptions } from "./read-call.ts";
import { isCaughtUp, readRecorded } from "./read-response.ts";

/** The embedded log's own: how far apart deliveries of a subscription are to be, in milliseconds. */
const intervalHeader = "rhumbline-delivery-interval-ms";

/** The embedded log's own too: event types that are not to be delivered, between commas. */
const ignoredHeader = "rhumbline-ignored-event-types";

/** One subscription to $all by the protocol's own RPC: every service hears of every event, and decoding them is most of
 *  what an idle replica does. A broken one is never taken up again. */
export function subscribeLive(
  connection: SharedConnection,
  { after = 0, streamPrefixes, intervalMs, ignoredTypes }: SubscribeOptions,
  handler: SubscriptionHandler,
): Subscription {
  const options = readAllOptions({ from: after, streamPrefixes, count: "live" });
  const metadata = {
    ...(intervalMs !== undefined && { [intervalHeader]: String(intervalMs) }),
    ...(ignoredTypes !== undefined && ignoredTypes.size > 0 && { [ignoredHeader]: [...ignoredTypes].join(",") }),
  };
  const called = {
    message(bytes: Buffer, start: number, end: number) {
      const event = readRecorded(bytes, start, end);
      if (event !== undefined) handler.event(event);
      else if (isCaughtUp(bytes, start, end)) handler.caughtUp();
    },
    ended: (cause: Error | undefined) => handler.dropped(cause ?? new LogUnavailable("it ended the subscription")),
  };
  const stop = openReadCall((...asked) => connection.call(...asked).call, options, called, metadata);
  return { stop: async () => stop() };
}
