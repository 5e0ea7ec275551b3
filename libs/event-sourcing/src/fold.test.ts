import fc from "fast-check";
import { expect, test } from "vitest";
import type { EventCodec } from "./event.ts";
import type { RecordedEvent } from "./event-store.ts";
import { createFold, type FoldDefinition } from "./fold.ts";
import { FoldFailed } from "./fold-failed.ts";
import { standstillOf } from "./standstill.ts";

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
  ignoredTypes: new Set(),
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

test("who listens hears which event was taken, and of a position without one that it was considered", () => {
  const [first, second] = log(2) as [RecordedEvent, RecordedEvent];
  const fold = createFold(definition);
  const heard: unknown[] = [];
  const unlisten = fold.onAdvance((taken) => heard.push([fold.position, taken?.stream]));
  fold.take(first);
  fold.considered(second.position - 1);
  fold.take(second);
  unlisten();
  fold.considered(second.position + 1);
  expect(heard).toEqual([
    [first.position, first.stream],
    [second.position - 1, undefined],
    [second.position, second.stream],
  ]);
});

test("an event that can't be folded is named, and nothing is folded after it", async () => {
  const [first, second, third] = log(3) as [RecordedEvent, RecordedEvent, RecordedEvent];
  const fold = createFold({
    ...definition,
    apply(state, event) {
      if (event.position === second.position) throw new TypeError("no such port");
      definition.apply(state, event);
    },
  });
  fold.take(first);
  const reaching = expect(fold.reached(third.position)).rejects.toThrow(FoldFailed);
  let told = 0;
  fold.onAdvance(() => {
    told += 1;
  });
  const named = `ipam can't fold PortCounted at position ${second.position} of the log (revision 0 of subnet-1)`;
  for (const event of [second, second, third]) expect(() => fold.take(event)).toThrow(named);
  fold.considered(third.position);
  await reaching;
  await expect(fold.reached(third.position)).rejects.toThrow(named);
  expect(fold.failure?.cause).toEqual(new TypeError("no such port"));
  expect([fold.state.counted, fold.position, told]).toEqual([[counted(first)], first.position, 1]);
  expect(standstillOf(fold)).toContain(named);
});

test("what is ignored of other services is not even decoded", () => {
  const fold = createFold({ ...definition, ignoredTypes: new Set(["PortPainted"]) });
  const ignored = {
    ...{ id: "", type: "PortPainted", stream: "port-1", revision: 0, position: 5 },
    get data(): unknown {
      throw new Error("it was decoded");
    },
    get metadata(): unknown {
      throw new Error("it was decoded");
    },
  };
  fold.take(ignored);
  expect([fold.position, [...fold.unknownTypes]]).toEqual([5, []]);
});

const counted = ({ data, position }: RecordedEvent): string => `${(data as PortCounted["data"]).port}@${position}`;
