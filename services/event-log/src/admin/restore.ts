import { createHash } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import {
  type LogCopy,
  RestoreRequest,
  type RestoreResponse,
  type LogCopy_Summary as Summary,
} from "@rhumbline/proto/rhumbline/eventlog/v1/event_log_admin";
import type { GrpcCall } from "../server/grpc-call.ts";
import { type GrpcError, grpcStatus } from "../server/grpc-status.ts";
import { decodeRequest } from "../server/handlers.ts";
import { refusal } from "../server/refusal.ts";
import { restorePath, syncFolder } from "../store/data-folder.ts";
import { LogDamaged } from "../store/errors.ts";
import { EventLog } from "../store/event-log.ts";

/** Puts a copy in the place of an empty log. The copy is written beside it, read through as at a start, and takes the
 *  log's name in one step: whenever the process dies, the log is empty or whole. */
export async function restore(call: GrpcCall, log: EventLog, logPath: string): Promise<RestoreResponse> {
  refuseUnlessEmpty(log);
  const copyPath = restorePath(logPath);
  try {
    const summary = await receive(call, copyPath);
    await check(copyPath, summary);
    await log.replaceFile(logPath, "a restore is under way", async () => {
      refuseUnlessEmpty(log);
      await rename(copyPath, logPath);
      await syncFolder(logPath);
    });
    return { position: log.lastPosition, events: log.events };
  } finally {
    await rm(copyPath, { force: true });
  }
}

async function receive(call: GrpcCall, path: string): Promise<Summary> {
  const digest = createHash("sha256");
  const file = await open(path, "w");
  try {
    for await (const bytes of call.requests()) {
      const part = decodeRequest(RestoreRequest, bytes).copy?.part;
      if (part?.$case === "chunk") {
        digest.update(part.value);
        await writeChunk(file, part.value);
      }
      if (part?.$case !== "summary") continue;
      if (!digest.digest().equals(part.value.sha256)) throw damaged("its bytes are not those that were copied");
      await file.sync();
      return part.value;
    }
  } finally {
    await file.close();
  }
  throw damaged("it ends before its summary");
}

async function writeChunk(file: FileHandle, chunk: NonNullable<LogCopy["part"]>["value"] & Buffer): Promise<void> {
  try {
    await file.writeFile(chunk);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw refusal(grpcStatus.unavailable, "LOG_UNAVAILABLE", `the copy can't be written: ${reason}`);
  }
}

async function check(path: string, summary: Summary): Promise<void> {
  try {
    const { log: copy, cutBytes } = await EventLog.open(path, () => 0);
    await copy.close();
    if (cutBytes > 0 || copy.events !== summary.events) throw damaged("some of its events are missing");
  } catch (cause) {
    throw cause instanceof LogDamaged ? damaged(cause.message) : cause;
  }
}

function refuseUnlessEmpty(log: EventLog): void {
  if (log.events === 0) return;
  const message = `the log has ${log.events} events; a copy is restored into an empty data folder only`;
  throw refusal(grpcStatus.failedPrecondition, "LOG_NOT_EMPTY", message, { facts: { events: String(log.events) } });
}

function damaged(reason: string): GrpcError {
  return refusal(grpcStatus.dataLoss, "LOG_COPY_DAMAGED", `the copy is damaged: ${reason}`);
}
