import { randomUUID } from "node:crypto";
import { WriterChanged } from "@rhumbline/proto/rhumbline/event/v1/log_events";
import type { EventStore } from "./event-store.ts";
import { WrongExpectedRevision } from "./event-store-errors.ts";
import type { Fold } from "./fold.ts";
import type { Follower } from "./follower.ts";
import { NoWriter } from "./refusals.ts";
import { standstillOf } from "./standstill.ts";
import { type WritingService, writerStream } from "./streams.ts";

/** One process of a service, and whether it may write. The log decides that: see WriterChanged. */
export interface Replica {
  readonly id: string;
  readonly service: WritingService;
  /** The epoch to write under, while this replica is the writer by all that its fold has seen. */
  epoch(): number | undefined;
  /** Who is, when it is another one: host:port. */
  writerAddress(): string | undefined;
  /** Makes this replica the writer. Answers false when another one was faster.
   *  @param deposing epoch of the writer that is to go, 0 for none: one that came after it stays. Absent: whoever it is.
   *  @throws {NoWriter} its fold stands still, so it must not write. */
  takeOver(deposing?: number): Promise<boolean>;
}

export function createReplica<S>(options: {
  service: WritingService;
  store: EventStore;
  fold: Fold<S>;
  follower: Pick<Follower, "catchUp">;
  /** host:port at which other replicas reach this one. */
  address: string;
}): Replica {
  const { service, store, fold, follower, address } = options;
  const id = randomUUID();
  return {
    id,
    service,
    epoch() {
      const writer = fold.fence.writerOf(service);
      return writer?.replica === id && standstillOf(fold) === undefined ? writer.epoch : undefined;
    },
    writerAddress() {
      const writer = fold.fence.writerOf(service);
      return writer === undefined || writer.replica === id ? undefined : writer.address;
    },
    async takeOver(deposing) {
      await follower.catchUp();
      const standstill = standstillOf(fold);
      if (standstill !== undefined) throw new NoWriter(service, standstill);
      const present = fold.fence.writerOf(service);
      const epoch = present?.epoch ?? 0;
      if (deposing !== undefined && epoch !== deposing) return false;
      const data = WriterChanged.toJSON({ service, replica: id, epoch: epoch + 1, address });
      const event = {
        id: randomUUID(),
        type: "WriterChanged",
        data,
        metadata: { timeMs: Math.max(Date.now(), fold.timeMs) },
      };
      try {
        await store.append(writerStream(service), present?.revision ?? "no-stream", [event]);
      } catch (error) {
        if (error instanceof WrongExpectedRevision) return false;
        throw error;
      }
      await follower.catchUp();
      return fold.fence.writerOf(service)?.replica === id;
    },
  };
}
