import { randomUUID } from "node:crypto";
import { type EventStore, streamOf, type WritingService, writerStream } from "@rhumbline/event-sourcing";

/** Events as the services write them, one a call, into a log of the test's own. */
export interface SampleLog {
  /** Answers the event's position. */
  routerCreated(routerId: string, options?: { epoch?: number; timeMs?: number; projectId?: string }): Promise<number>;
  writerChanged(service: WritingService, epoch: number): Promise<number>;
}

export function sampleLog(store: EventStore): SampleLog {
  return {
    async routerCreated(routerId, { epoch = 1, timeMs = Date.now(), projectId = "p1" } = {}) {
      const metadata = {
        $correlationId: "c1",
        $causationId: "c1",
        service: "topology",
        epoch,
        timeMs,
        actor: "admin",
        projectId,
      };
      const data = { router: { id: routerId } };
      const event = { id: randomUUID(), type: "RouterCreated", data, metadata };
      return (await store.append(streamOf("router", routerId), "any", [event])).position;
    },
    async writerChanged(service, epoch) {
      const data = { service, replica: randomUUID(), epoch, address: "127.0.0.1:4102" };
      const event = { id: randomUUID(), type: "WriterChanged", data, metadata: { timeMs: Date.now() } };
      return (await store.append(writerStream(service), "any", [event])).position;
    },
  };
}
