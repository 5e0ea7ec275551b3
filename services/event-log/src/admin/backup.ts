import { createHash } from "node:crypto";
import { BackupResponse, type LogCopy } from "@rhumbline/proto/rhumbline/eventlog/v1/event_log_admin";
import type { GrpcCall } from "../server/grpc-call.ts";
import { encodeAnswer } from "../server/handlers.ts";
import type { EventLog } from "../store/event-log.ts";

const chunkBytes = 256 << 10;

/** Sends the log's file as it stands. It only ever grows, so its first bytes are a consistent copy whatever is written
 *  meanwhile. */
export async function backup(call: GrpcCall, log: EventLog): Promise<void> {
  const { file, events, lastPosition } = log;
  const end = file.end;
  const digest = createHash("sha256");
  const send = (part: NonNullable<LogCopy["part"]>) => call.send(encodeAnswer(BackupResponse, { copy: { part } }));
  for (let sent = 0; sent < end && !call.gone.aborted; sent += chunkBytes) {
    const chunk = await file.read(sent, Math.min(chunkBytes, end - sent));
    digest.update(chunk);
    await send({ $case: "chunk", value: chunk });
  }
  await send({ $case: "summary", value: { position: lastPosition, events, sha256: digest.digest() } });
}
