import { randomUUID } from "node:crypto";
import { LogIdentified } from "@rhumbline/proto/rhumbline/event/v1/log_events";
import type { EventStore } from "./event-store.ts";
import { WrongExpectedRevision } from "./event-store-errors.ts";
import { logIdentityStream } from "./streams.ts";

/** Which log this is: the id in its first `log-identity` event, written by whoever comes first. */
export async function identifyLog(store: EventStore): Promise<string> {
  const known = await readIdentity(store);
  if (known !== undefined) return known;
  const data = LogIdentified.toJSON({ logId: randomUUID() });
  try {
    await store.append(logIdentityStream, "no-stream", [
      { id: randomUUID(), type: "LogIdentified", data, metadata: {} },
    ]);
  } catch (error) {
    // Another service was faster: its id counts.
    if (!(error instanceof WrongExpectedRevision)) throw error;
  }
  const written = await readIdentity(store);
  if (written === undefined) throw new Error(`stream ${logIdentityStream} is empty after an append to it`);
  return written;
}

async function readIdentity(store: EventStore): Promise<string | undefined> {
  for await (const event of store.readStream(logIdentityStream, { maxCount: 1 })) {
    return LogIdentified.fromJSON(event.data).logId;
  }
  return undefined;
}
