import { randomUUID } from "node:crypto";
import type { EventStore } from "@rhumbline/event-sourcing";
import { schedulerCodec } from "../../../services/router-scheduler/src/read-model/codec.ts";
import type { SampleEvent } from "./sample-events.ts";

/** Appends events as the services they are of would.
 *  @returns the position of the last. */
export async function appendSamples(store: EventStore, ...samples: SampleEvent[]): Promise<number> {
  let position = 0;
  for (const { stream, event } of samples) {
    const id = randomUUID();
    const metadata = {
      $correlationId: `correlation-${id}`,
      $causationId: "request-1",
      service: "test",
      epoch: 1,
      timeMs: Date.now(),
      actor: "admin",
      projectId: "p",
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    };
    const data = schedulerCodec.encode(event);
    ({ position } = await store.append(stream, "any", [{ id, type: event.type, data, metadata }]));
  }
  return position;
}
