import fc from "fast-check";
import { expect, test } from "vitest";
import type { EventCodec } from "./event.ts";
import type { RecordedEvent } from "./event-store.ts";
import { createFold, type FoldDefinition } from "./fold.ts";

interface PortCounted {
  readonly type: "PortCounted";
  readonly data: { readonly port: string };
}

const codec: EventCodec<PortCounted> = {
  decode: (type, json) => (type === "PortCounted" ? { type, data: json as PortCounted["data"] } : undefined),
  encode: ({ data }) => data,
};

/** How often each port was counted, in which order: what is taken twice or out of turn shows. */
const definition: FoldDefinition<{ counted: string[] }, PortCounted> = {
  service: "ipam",
  foreignCategories: [],
  codec,
  initialState: () => ({ counted: [] }),
  apply: ({ counted }, { data, position }) => void counted.push(`${data.port}@${position}`),
};

const log = (length: number): RecordedEvent[] =>
  Array.from({ length }, (_, i) => ({
    id: `00000000-0000-4000-8000-${String(i).padStart(12, "0")}`,
    type: "PortCounted",
    stream: `subnet-${i % 3}`,
    revision: Math.floor(i / 3),
    position: (i + 1) * 10,
    data: { port: `p${i}` },
    metadata: { service: "ipam", epoch: 1, timeMs: i },
  }));

/** How a reader gets the log that loses its place again and again: each time from somewhere that it has been. */
const readings = fc.array(fc.tuple(fc.nat(30), fc.nat(30)), { maxLength: 12 });

test("what a log delivers again, from wherever, is taken once and in order", () => {
  fc.assert(
    fc.property(readings, (interruptions) => {
      const events = log(30);
      const fold = createFold(definition);
      let reached = 0;
      for (const [back, count] of interruptions) {
        const from = Math.max(0, reached - back);
        for (const event of events.slice(from, from + count)) fold.take(event);
        reached = Math.max(reached, Math.min(events.length, from + count));
        expect(fold.state.counted).toEqual(events.slice(0, reached).map(counted));
      }
      for (const event of events) fold.take(event);
      expect(fold.state.counted).toEqual(events.map(counted));
      expect(events.map(({ stream }) => fold.revisionOf(stream))).toEqual(events.map(() => 9));
    }),
  );
});

const counted = ({ data, position }: RecordedEvent): string => `${(data as PortCounted["data"]).port}@${position}`;
