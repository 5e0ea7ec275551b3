import { randomUUID } from "node:crypto";
import {
  createFold,
  type DomainEvent,
  type EventStore,
  type FoldDefinition,
  foldToEnd,
} from "@rhumbline/event-sourcing";
import { createMemoryStore } from "@rhumbline/event-sourcing/memory";
import type { AsOf } from "@rhumbline/proto/rhumbline/service/v1/read";
import { beforeEach, expect, test } from "vitest";
import { earlierStates } from "./earlier-states.ts";

const definition: FoldDefinition<{ seen: number[] }, DomainEvent> = {
  service: "ipam",
  foreignCategories: [],
  codec: { decode: (type, data) => ({ type, data }), encode: ({ data }) => data },
  ignoredTypes: new Set(),
  initialState: () => ({ seen: [] }),
  apply: ({ seen }, { metadata }) => void seen.push(metadata.timeMs),
};

const times = [10, 20, 20, 30, 40];
let store: EventStore;
let positions: number[];
/** How many events were read to answer. */
let read: number;

beforeEach(async () => {
  const memory = createMemoryStore();
  read = 0;
  store = {
    ...memory,
    replay: (options, take) =>
      memory.replay(options, (event) => {
        read += 1;
        take(event);
      }),
  };
  positions = [];
  for (const timeMs of times) {
    const event = { id: randomUUID(), type: "Seen", data: {}, metadata: { service: "ipam", epoch: 0, timeMs } };
    positions.push((await store.append("subnet-1", "any", [event])).position);
  }
});

const atPosition = (value: number): AsOf => ({ at: { $case: "position", value } });
const atTime = (timeMs: number): AsOf => ({ at: { $case: "time", value: new Date(timeMs) } });
const position = (index: number): number => positions[index] ?? 0;

test("moments are answered whatever was asked before, and what lies between two positions is of the first", async () => {
  const earlier = earlierStates(definition, store);
  const seen = async (asOf: AsOf) => (await earlier.at(asOf)).state.seen.length;
  const moments = [atPosition(position(1)), atTime(20), atTime(39), atPosition(position(3) + 1), atTime(9), atTime(50)];
  const expected = [2, 3, 4, 4, 0, 5];
  for (const asOf of [...moments, ...moments.toReversed()]) {
    expect(await seen(asOf)).toBe(expected[moments.indexOf(asOf)]);
  }
  const together = moments.map((asOf) => earlier.at(asOf).then(({ state }) => state.seen.length));
  expect(await Promise.all(together)).toEqual(expected);
});

test("a later moment goes on from the one before it", async () => {
  const earlier = earlierStates(definition, store);
  await earlier.at(atPosition(position(2) + 1));
  read = 0;
  expect((await earlier.at(atPosition(position(3)))).state.seen).toEqual([10, 20, 20, 30]);
  // The one that it goes to, and the one behind it, which says that it is later.
  expect(read).toBe(2);
});

test("what is saved is begun from where it is not behind the moment", async () => {
  const fold = createFold(definition);
  await foldToEnd(store, fold, position(2));
  const saved = async () => structuredClone(fold.image());
  read = 0;
  expect((await earlierStates(definition, store, saved).at(atTime(30))).state.seen).toEqual([10, 20, 20, 30]);
  expect(read).toBe(2);
  expect((await earlierStates(definition, store, saved).at(atTime(19))).state.seen).toEqual([10]);
  expect((await earlierStates(definition, store, saved).at(atPosition(position(1)))).state.seen).toEqual([10, 20]);
});
