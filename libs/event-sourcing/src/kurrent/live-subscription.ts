import type { SubscribeOptions, Subscription, SubscriptionHandler } from "../event-store.ts";
import { LogUnavailable } from "../event-store-errors.ts";
import { openReadCall, readAllOptions } from "./read-call.ts";
import { isCaughtUp, readRecorded } from "./read-response.ts";

/** One subscription to $all by the protocol's own RPC: every service hears of every event, and decoding them is most of
 *  what an idle replica does. A broken one is never taken up again.
 *  @param endpoint "http://127.0.0.1:2113". */
export function subscribeLive(
  endpoint: string,
  { after = 0, streamPrefixes }: SubscribeOptions,
  handler: SubscriptionHandler,
): Subscription {
  const stop = openReadCall(endpoint, readAllOptions({ from: after, streamPrefixes, count: "live" }), {
    message(bytes) {
      const event = readRecorded(bytes);
      if (event !== undefined) handler.event(event);
      else if (isCaughtUp(bytes)) handler.caughtUp();
    },
    ended: (cause) => handler.dropped(cause ?? new LogUnavailable("it ended the subscription")),
  });
  return { stop: async () => stop() };
}
