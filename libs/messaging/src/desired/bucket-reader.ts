import { AckPolicy, type ConsumerConfig, DeliverPolicy, jetstreamManager } from "@nats-io/jetstream";
import type { Bus } from "../bus/bus.ts";
import { desiredStream, desiredSubjectPrefix } from "./desired-names.ts";

/** The server drops a reader that died after as long, in nanoseconds. */
const forgottenNs = 30_000_000_000;

/** A consumer of bucket DESIRED. */
export interface BucketReader {
  readonly name: string;
  /** It may be gone with its bucket, and is dropped soon where it can't be deleted. */
  delete(): Promise<void>;
}

/** Begins to read keys as they stand, each once. How far a reader is matters to nobody once its connection is gone: the next
 *  one reads everything. On disk, a hundred agents that connect at once wait for a hundred files.
 *  @param filter of keys: "<node>.>".
 *  @param more of its settings. */
export async function addBucketReader(
  bus: Bus,
  filter: string,
  more: Partial<ConsumerConfig> = {},
): Promise<BucketReader> {
  const { consumers } = await jetstreamManager(bus.nats(), { checkAPI: false });
  const { name } = await consumers.add(desiredStream, {
    filter_subject: `${desiredSubjectPrefix}${filter}`,
    deliver_policy: DeliverPolicy.LastPerSubject,
    ack_policy: AckPolicy.None,
    mem_storage: true,
    inactive_threshold: forgottenNs,
    ...more,
  });
  const gone = (): undefined => undefined;
  return { name, delete: () => consumers.delete(desiredStream, name).then(gone, gone) };
}
