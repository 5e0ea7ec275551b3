import { type EventMetadata, type EventStore, streamOf } from "@rhumbline/event-sourcing";
import { schedulerCodec } from "../read-model/codec.ts";
import type { RealisedEvent } from "../realised/events.ts";
import { foldReport, nothingReported, type ReportedKernel } from "../realised/kernel-objects.ts";

/** Reads from the log what a node's reports say of its kernel: the fold of stream `realised-<nodeId>`, and of nothing else.
 *  @param upToSeq the last report to fold. */
export async function readReportedKernel(
  store: EventStore,
  nodeId: string,
  upToSeq = Number.POSITIVE_INFINITY,
): Promise<ReportedKernel> {
  let kernel = nothingReported();
  for await (const { type, data, metadata, position } of store.readStream(streamOf("realised", nodeId))) {
    const event = schedulerCodec.decode(type, data) as RealisedEvent | undefined;
    if (event === undefined) continue;
    if (event.data.seq > upToSeq) break;
    const { timeMs, $causationId: causationId, $correlationId: correlationId } = metadata as EventMetadata;
    kernel = foldReport(kernel, event, { position, timeMs, causationId, correlationId });
  }
  return kernel;
}
