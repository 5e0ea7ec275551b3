import {
  type ReadReq_Options_AllOptions as AllOptions,
  ReadReq_Options_ReadDirection as Direction,
  type ReadReq,
  type ReadReq_Options_StreamOptions as StreamOptions,
} from "@rhumbline/proto/kurrent/streams";
import { GrpcError, grpcStatus } from "../server/grpc-status.ts";
import { type EventFilter, parseFilter } from "./filter.ts";
import { invalid } from "./refusals.ts";
import { requireStreamName } from "./stream-name.ts";

/** What a call of Streams/Read asks for. */
export type ReadRequest =
  | {
      readonly kind: "read-all";
      readonly from: Start;
      readonly backwards: boolean;
      readonly count: number;
      readonly filter: EventFilter | undefined;
    }
  | {
      readonly kind: "read-stream";
      readonly stream: string;
      readonly from: Start;
      readonly backwards: boolean;
      readonly count: number;
    }
  | { readonly kind: "subscribe-all"; readonly after: Start; readonly filter: EventFilter | undefined }
  | { readonly kind: "subscribe-stream"; readonly stream: string; readonly after: Start };

/** A number is a position in $all, or a revision in a stream. */
export type Start = "start" | "end" | number;

export function parseReadRequest({ options }: ReadReq): ReadRequest {
  if (options?.countOption === undefined) throw invalid("options.count_option: a count or a subscription is needed");
  if (options.resolveLinks) {
    throw new GrpcError(grpcStatus.unimplemented, "options.resolve_links: this log resolves no links; read without");
  }
  const backwards = options.readDirection === Direction.Backwards;
  const { countOption, streamOption } = options;
  const filter = options.filterOption?.$case === "filter" ? parseFilter(options.filterOption.value) : undefined;
  if (countOption.$case === "subscription") {
    if (backwards) throw invalid("options.read_direction: a subscription reads forwards");
    if (streamOption?.$case === "all") return { kind: "subscribe-all", after: startInAll(streamOption.value), filter };
    return { kind: "subscribe-stream", ...streamAnd("after", streamOption?.value) };
  }
  const count = countOption.value;
  if (streamOption?.$case === "all") {
    return { kind: "read-all", from: startInAll(streamOption.value), backwards, count, filter };
  }
  return { kind: "read-stream", ...streamAnd("from", streamOption?.value), backwards, count };
}

function startInAll({ allOption }: AllOptions): Start {
  if (allOption === undefined) throw invalid("options.all: a position, start or end is needed");
  if (allOption.$case !== "position") return allOption.$case;
  return allOption.value.commitPosition === 0 ? "start" : allOption.value.commitPosition;
}

function streamAnd<Key extends "from" | "after">(key: Key, options: StreamOptions | undefined) {
  const stream = requireStreamName(options?.streamIdentifier);
  const revision = options?.revisionOption;
  if (revision === undefined) throw invalid("options.stream: a revision, start or end is needed");
  const start: Start = revision.$case === "revision" ? revision.value : revision.$case;
  return { stream, [key]: start } as { stream: string } & Record<Key, Start>;
}
