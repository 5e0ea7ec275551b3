import { KurrentDBClient } from "@kurrent/kurrentdb-client";
import type { EventStore, RecordedEvent, Subscription } from "./event-store.ts";
import { OneStreamOnly } from "./event-store-errors.ts";
import { Appender, type AppenderLog } from "./kurrent/appender.ts";
import { BatchAppender } from "./kurrent/batch-appender.ts";
import { subscribeLive } from "./kurrent/live-subscription.ts";
import { plainEndpoint } from "./kurrent/plain-endpoint.ts";
import * as plainly from "./kurrent/plain-reads.ts";
import { shareConnection } from "./kurrent/plain-session.ts";
import { readAll, readStream } from "./kurrent/reads.ts";
import { replay } from "./kurrent/replay.ts";
import { subscribe } from "./kurrent/subscription.ts";

export interface KurrentOptions {
  /** kurrentdb://host:port?tls=false, or whatever else KurrentDB's clients take. No credentials with tls=false:
   *  they would be sent in clear. */
  readonly connectionString: string;
  readonly logger?: AppenderLog;
  /** After this long without an answer an append fails with OutcomeUnknown. The client itself would wait for ever. */
  readonly appendTimeoutMs?: number;
}

const defaultAppendTimeoutMs = 5_000;

/** The event log behind KurrentDB's protocol: the embedded one or a cluster. It connects at the first call, and again after
 *  a break; a subscription that breaks is dropped. */
export function connectKurrent(options: KurrentOptions): EventStore {
  const connect = () => KurrentDBClient.connectionString(options.connectionString);
  const { appendTimeoutMs = defaultAppendTimeoutMs, logger } = options;
  const client = connect();
  const endpoint = plainEndpoint(options.connectionString);
  // Whoever appends follows the log too: the answer and the event arrive together, and wake him once.
  const live = endpoint === undefined ? undefined : shareConnection(endpoint);
  const appender =
    live === undefined
      ? new Appender(connect, appendTimeoutMs, logger)
      : new BatchAppender(live, appendTimeoutMs, logger);
  const reading = endpoint === undefined ? undefined : shareConnection(endpoint);
  const streamOf: EventStore["readStream"] = (stream, read) =>
    reading === undefined ? readStream(client, stream, read) : plainly.readStream(reading, stream, read);
  const allOf: EventStore["readAll"] = (read) =>
    reading === undefined ? readAll(client, read) : plainly.readAll(reading, read);
  const subscriptions = new Set<Subscription>();
  return {
    async append(stream, expected, events) {
      const appended = await appender.append(stream, expected, events);
      if (events.length > 0) return appended;
      // The answer to an empty append can't tell "no event" from "one event".
      const last = await firstOf(streamOf(stream, { direction: "backwards", maxCount: 1 }));
      return { revision: last?.revision ?? -1, position: last?.position ?? 0 };
    },
    async appendTogether(appends) {
      if (appender instanceof BatchAppender) return await appender.appendTogether(appends);
      throw new OneStreamOnly();
    },
    readStream: streamOf,
    readAll: allOf,
    async replay(options, take) {
      if (endpoint !== undefined) return await replay(endpoint, options, take);
      for await (const event of allOf(options)) take(event);
    },
    async lastPosition() {
      return (await firstOf(allOf({ direction: "backwards", maxCount: 1 })))?.position ?? 0;
    },
    subscribe(from, handler) {
      const subscription = live === undefined ? subscribe(client, from, handler) : subscribeLive(live, from, handler);
      subscriptions.add(subscription);
      return {
        async stop() {
          subscriptions.delete(subscription);
          await subscription.stop();
        },
      };
    },
    async close() {
      await Promise.all([...subscriptions].map((subscription) => subscription.stop()));
      await appender.close();
      live?.close();
      reading?.close();
      await client.dispose();
    },
  };
}

async function firstOf(events: AsyncIterable<RecordedEvent>): Promise<RecordedEvent | undefined> {
  for await (const event of events) return event;
  return undefined;
}
