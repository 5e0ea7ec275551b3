import type { Empty, UUID } from "@rhumbline/proto/kurrent/shared";
import type { ProposedMessage } from "@rhumbline/proto/kurrent/streams";
import { GrpcError, grpcStatus } from "../server/grpc-status.ts";
import type { ExpectedRevision, ProposedEvent } from "../store/change.ts";
import { invalid } from "./refusals.ts";

/** What the protocol's four messages for it have in common. */
type ExpectedOption =
  | { readonly $case: "revision"; readonly value: number }
  | { readonly $case: "noStream" | "any" | "streamExists"; readonly value: Empty }
  | undefined;

export function requireExpected(option: ExpectedOption): ExpectedRevision {
  switch (option?.$case) {
    case "revision":
      return option.value;
    case "noStream":
      return "no-stream";
    case "any":
      return "any";
    case "streamExists":
      return "stream-exists";
    default:
      throw invalid("expected_stream_revision: a revision, no_stream, any or stream_exists is needed");
  }
}

export function parseEvent(message: ProposedMessage): ProposedEvent {
  const { type, "content-type": contentType } = message.metadata;
  if (type === undefined || contentType === undefined) throw missingMetadata();
  return { id: requireUuid(message.id), type, contentType, data: message.data, metadata: message.customMetadata };
}

/** What an event counts for against the limit of an append: everything that the writer sent of it. */
export function proposedBytes(message: ProposedMessage): number {
  const named = Object.entries(message.metadata).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  return message.data.length + message.customMetadata.length + named + uuidBytes;
}

const uuidBytes = 36;

function missingMetadata(): GrpcError {
  return new GrpcError(grpcStatus.invalidArgument, "Required Metadata Property Missing: type, content-type", {
    exception: "missing-required-metadata-property",
    "required-metadata-properties": "type,content-type",
  });
}

export function requireUuid(id: UUID | undefined): string {
  const text = id?.value?.$case === "string" ? id.value.value.toLowerCase() : "";
  if (!uuid.test(text)) throw invalid(`id: "${text}" is not a UUID as text`);
  return text;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
