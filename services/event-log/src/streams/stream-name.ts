import type { StreamIdentifier } from "@rhumbline/proto/kurrent/shared";
import { invalid } from "./refusals.ts";

/** Shorter than what KurrentDB takes; ours are a kind and a UUID. It bounds what an append of tiny events grows to. */
const maxNameBytes = 256;

export function requireStreamName(identifier: StreamIdentifier | undefined): string {
  const bytes = identifier?.streamName ?? Buffer.alloc(0);
  if (bytes.length === 0) throw invalid("stream_identifier: a stream's name is needed");
  if (bytes.length > maxNameBytes)
    throw invalid(`stream_identifier: a name of ${bytes.length} bytes is over ${maxNameBytes}`);
  return bytes.toString("utf8");
}
