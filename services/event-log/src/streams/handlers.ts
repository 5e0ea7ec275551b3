import {
  DeleteReq,
  DeleteResp,
  ReadReq,
  StreamsService,
  TombstoneReq,
  TombstoneResp,
} from "@rhumbline/proto/kurrent/streams";
import type { GrpcCall } from "../server/grpc-call.ts";
import { type Handlers, onlyRequest, unary } from "../server/handlers.ts";
import type { EventLog } from "../store/event-log.ts";
import { append } from "./append.ts";
import { batchAppend } from "./batch-append.ts";
import { deleteStream } from "./delete.ts";
import { deliveryIntervalMs } from "./delivery-interval.ts";
import { ignoredTypesOf } from "./ignored-types.ts";
import { readAll, readStream } from "./read.ts";
import { parseReadRequest } from "./read-request.ts";
import { refusalOf } from "./refusals.ts";
import { subscribeToAll, subscribeToStream } from "./subscribe.ts";

/** KurrentDB's Streams service. */
export function streamHandlers(log: EventLog, now: () => Date): Handlers {
  const remove = (kind: "delete" | "tombstone") => (request: DeleteReq | TombstoneReq) =>
    deleteStream(log, kind, request.options);
  return new Map([
    [StreamsService.read.path, (call) => read(call, log, now)],
    [StreamsService.append.path, (call) => append(call, log)],
    [StreamsService.batchAppend.path, (call) => batchAppend(call, log, now)],
    [StreamsService.delete.path, unary(DeleteReq, DeleteResp, remove("delete"))],
    [StreamsService.tombstone.path, unary(TombstoneReq, TombstoneResp, remove("tombstone"))],
  ]);
}

async function read(call: GrpcCall, log: EventLog, now: () => Date): Promise<void> {
  const request = parseReadRequest(await onlyRequest(call, ReadReq));
  try {
    switch (request.kind) {
      case "read-all":
        return await readAll(call, log, request);
      case "read-stream":
        return await readStream(call, log, request, now().getTime());
      case "subscribe-all":
        return await subscribeToAll(call, log, request, {
          now,
          intervalMs: deliveryIntervalMs(call.metadata),
          ignoredTypes: ignoredTypesOf(call.metadata),
        });
      case "subscribe-stream":
        return await subscribeToStream(call, log, request, now);
    }
  } catch (cause) {
    throw refusalOf(cause);
  }
}
