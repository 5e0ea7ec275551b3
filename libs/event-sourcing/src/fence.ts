import { WriterChanged } from "@rhumbline/proto/rhumbline/event/v1/log_events";
import type { EventMetadata } from "./event.ts";
import { metadataOf } from "./event-metadata.ts";
import type { RecordedEvent } from "./event-store.ts";
import { ownerOf, type WritingService, writerPrefix } from "./streams.ts";

export interface WriterInOffice {
  readonly replica: string;
  readonly epoch: number;
  /** host:port that commands are forwarded to. */
  readonly address: string;
  /** Of the WriterChanged event in `writer-<service>`: the next one is appended here. */
  readonly revision: number;
}

/** Who may write, at one point of the log. */
export interface Fence {
  /** False for an event of a writer who had been deposed before it in log order: it never happened.
   *  @param owner of its stream, where the caller knows that already, as it may know what is with it. */
  admits(event: RecordedEvent, owner?: WritingService, metadata?: EventMetadata): boolean;
  /** Undefined before the first WriterChanged of a service. */
  writerOf(service: string): WriterInOffice | undefined;
  entries(): ReadonlyMap<string, WriterInOffice>;
}

export function createFence(initial: ReadonlyMap<string, WriterInOffice> = new Map()): Fence {
  const writers = new Map(initial);
  return {
    admits(event, owner = ownerOf(event.stream), metadata = metadataOf(event)) {
      if (event.stream.startsWith(writerPrefix)) {
        const { service, replica, epoch, address } = WriterChanged.fromJSON(event.data);
        writers.set(service, { replica, epoch, address, revision: event.revision });
        return true;
      }
      if (owner === undefined) return true;
      return metadata.epoch >= (writers.get(owner)?.epoch ?? 0);
    },
    writerOf: (service) => writers.get(service),
    entries: () => writers,
  };
}
