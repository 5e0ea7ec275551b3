import type { JsMsg } from "@nats-io/jetstream";
import type { Bus } from "../bus/bus.ts";
import { jetstreamOf } from "../bus/jetstream-of.ts";
import { asBusError } from "../bus/nats-errors.ts";
import { addBucketReader } from "./bucket-reader.ts";
import { desiredBucketName, desiredStream, desiredSubjectPrefix } from "./desired-names.ts";

/** One key as it stands in the bucket. */
export interface BucketEntry {
  readonly key: string;
  readonly value: Uint8Array;
  /** To be named as the expected revision when the key is written next. */
  readonly revision: number;
}

const keysAtOnce = 500;
/** How long to wait for a message that the server counted and that may have been purged since. */
const missingMs = 1000;

/** Every key under a filter: "<node>.>". The server says before each round how many are left, so that a key that is
 *  purged while it is read is not waited for.
 *  @throws {BusUnavailable} also where the bucket is deleted halfway. */
export async function readBucket(bus: Bus, filter: string): Promise<BucketEntry[]> {
  try {
    const reader = await addBucketReader(bus, filter);
    try {
      return await readToEnd(bus, reader.name);
    } finally {
      await reader.delete();
    }
  } catch (error) {
    throw asBusError(error, `bucket ${desiredBucketName}`);
  }
}

async function readToEnd(bus: Bus, name: string): Promise<BucketEntry[]> {
  const consumer = await jetstreamOf(bus).consumers.get(desiredStream, name);
  const entries = new Map<string, BucketEntry>();
  for (;;) {
    const { num_pending: left } = await consumer.info();
    if (left === 0) return [...entries.values()];
    const messages = await consumer.fetch({ max_messages: Math.min(left, keysAtOnce), expires: missingMs });
    for await (const message of messages) {
      note(message, entries);
      if (message.info.pending === 0) break;
    }
  }
}

/** A key that was deleted with a marker (by hand: we leave none) is no key. */
function note({ subject, headers, data: value, seq: revision }: JsMsg, entries: Map<string, BucketEntry>): void {
  const key = subject.slice(desiredSubjectPrefix.length);
  if (headers?.has("KV-Operation")) entries.delete(key);
  else entries.set(key, { key, value, revision });
}
