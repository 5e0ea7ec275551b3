import { ReadResp } from "@rhumbline/proto/kurrent/streams";
import { encodeAnswer } from "../server/handlers.ts";
import type { LogRecord } from "../store/record.ts";

/** What Streams/Read sends besides events, framed. Times come from the caller. */

export function confirmation(subscriptionId: string): Buffer {
  return encodeAnswer(ReadResp, { content: { $case: "confirmation", value: { subscriptionId } } });
}

export function checkpoint(position: number, timestamp: Date): Buffer {
  const value = { commitPosition: position, preparePosition: position, timestamp };
  return encodeAnswer(ReadResp, { content: { $case: "checkpoint", value } });
}

/** @param at the last event considered; undefined where there is none */
export function caughtUp(at: { position: number } | { revision: number } | undefined, timestamp: Date): Buffer {
  const streamRevision = at !== undefined && "revision" in at ? at.revision : undefined;
  const position =
    at !== undefined && "position" in at ? { commitPosition: at.position, preparePosition: at.position } : undefined;
  return encodeAnswer(ReadResp, { content: { $case: "caughtUp", value: { timestamp, streamRevision, position } } });
}

export function streamNotFound(stream: string): Buffer {
  const value = { streamIdentifier: { streamName: Buffer.from(stream, "utf8") } };
  return encodeAnswer(ReadResp, { content: { $case: "streamNotFound", value } });
}

export function events(records: readonly LogRecord[]): Buffer {
  return Buffer.concat(records.map(({ frame }) => frame));
}
