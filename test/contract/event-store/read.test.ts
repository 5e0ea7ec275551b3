import type { Position, RecordedEvent, ReplayOptions } from "@rhumbline/event-sourcing";
import { beforeAll, expect, test } from "vitest";
import { all, event, newCategory, newStream, typesOf, whole } from "./given.ts";
import { describeEachStore } from "./stores.ts";

describeEachStore("reading from", (under) => {
  const category = newCategory();
  const stream = newStream(category);
  const other = newStream(`${category}x`);
  const positions: Position[] = [];
  beforeAll(async () => {
    for (const [i, name] of ["A", "B", "C", "D"].entries()) {
      const appended = await under.store.append(stream, i === 0 ? "no-stream" : i - 1, [event(name)]);
      positions.push(appended.position);
      await under.store.append(other, "any", [event(`other ${name}`)]);
    }
  });

  const streamPrefixes = [`${category}-`];
  const replayed = async (options: ReplayOptions): Promise<RecordedEvent[]> => {
    const events: RecordedEvent[] = [];
    await under.store.replay(options, (event) => events.push(whole(event)));
    return events;
  };
  const positionOf = (revision: number) => positions[revision] ?? 0;

  test("a stream that does not exist has nothing", async () => {
    expect(await all(under.store.readStream(newStream()))).toEqual([]);
    expect(await all(under.store.readStream(newStream(), { direction: "backwards" }))).toEqual([]);
  });

  test("a stream forwards, from a revision inclusive, as many as asked for", async () => {
    expect(await typesOf(under.store.readStream(stream))).toEqual(["A", "B", "C", "D"]);
    expect(await typesOf(under.store.readStream(stream, { from: 2 }))).toEqual(["C", "D"]);
    expect(await typesOf(under.store.readStream(stream, { from: 1, maxCount: 2 }))).toEqual(["B", "C"]);
    expect(await typesOf(under.store.readStream(stream, { from: 4 }))).toEqual([]);
  });

  test("a stream backwards, from its end or a revision inclusive", async () => {
    const direction = "backwards";
    expect(await typesOf(under.store.readStream(stream, { direction }))).toEqual(["D", "C", "B", "A"]);
    expect(await typesOf(under.store.readStream(stream, { direction, from: 1 }))).toEqual(["B", "A"]);
    expect(await typesOf(under.store.readStream(stream, { direction, maxCount: 1 }))).toEqual(["D"]);
    expect(await typesOf(under.store.readStream(stream, { direction, from: 100, maxCount: 2 }))).toEqual(["D", "C"]);
  });

  test("the log by stream prefix, in log order", async () => {
    expect(await typesOf(under.store.readAll({ streamPrefixes }))).toEqual(["A", "B", "C", "D"]);
    const both = await typesOf(under.store.readAll({ streamPrefixes: [...streamPrefixes, `${category}x-`] }));
    expect(both).toEqual(["A", "other A", "B", "other B", "C", "other C", "D", "other D"]);
    expect(await typesOf(under.store.readAll({ streamPrefixes: [] }))).toEqual([]);
  });

  test("the log forwards, from a position exclusive", async () => {
    expect(await typesOf(under.store.readAll({ streamPrefixes, from: positionOf(0) }))).toEqual(["B", "C", "D"]);
    expect(await typesOf(under.store.readAll({ streamPrefixes, from: positionOf(3) }))).toEqual([]);
    expect(await typesOf(under.store.readAll({ streamPrefixes, from: positionOf(0), maxCount: 2 }))).toEqual([
      "B",
      "C",
    ]);
  });

  test("the log backwards, from its end or a position exclusive", async () => {
    const direction = "backwards";
    expect(await typesOf(under.store.readAll({ streamPrefixes, direction }))).toEqual(["D", "C", "B", "A"]);
    expect(await typesOf(under.store.readAll({ streamPrefixes, direction, from: positionOf(2) }))).toEqual(["B", "A"]);
    expect(await typesOf(under.store.readAll({ streamPrefixes, direction, maxCount: 1 }))).toEqual(["D"]);
    expect(await typesOf(under.store.readAll({ streamPrefixes, direction, from: positionOf(0) }))).toEqual([]);
  });

  test("a replay hands over just what a read forwards does", async () => {
    for (const options of [{}, { streamPrefixes }, { streamPrefixes: [] }, { streamPrefixes, from: positionOf(1) }]) {
      expect(await replayed(options)).toEqual(await all(under.store.readAll(options)));
    }
    expect((await replayed({ streamPrefixes })).map(({ type }) => type)).toEqual(["A", "B", "C", "D"]);
  });

  test("a replay ends with what its taker throws, and leaves the store usable", async () => {
    const enough = new Error("enough");
    const stop = () => {
      throw enough;
    };
    await expect(under.store.replay({ streamPrefixes }, stop)).rejects.toBe(enough);
    expect(await typesOf(under.store.readStream(stream, { from: 3 }))).toEqual(["D"]);
  });

  test("a position of an event that the prefixes leave out serves as well", async () => {
    const [otherA] = await all(under.store.readAll({ streamPrefixes: [`${category}x-`], maxCount: 1 }));
    expect(await typesOf(under.store.readAll({ streamPrefixes, from: otherA?.position ?? 0 }))).toEqual([
      "B",
      "C",
      "D",
    ]);
  });

  test("positions in the log are those that the appends answered", async () => {
    const read = await all(under.store.readAll({ streamPrefixes, from: positionOf(0) }));
    expect(read.map(({ position }) => position)).toEqual([positionOf(1), positionOf(2), positionOf(3)]);
  });

  test("the last position is that of the last event, whatever its category", async () => {
    const { position } = await under.store.append(newStream(), "no-stream", [event("Foreign")]);
    expect(await under.store.lastPosition()).toBe(position);
  });

  test("a reader that stops early leaves the store usable", async () => {
    for await (const { type } of under.store.readAll({ streamPrefixes })) {
      expect(type).toBe("A");
      break;
    }
    expect(await typesOf(under.store.readStream(stream, { from: 3 }))).toEqual(["D"]);
  });

  test("an event of 900 KB is read whole, among small ones, either way", async () => {
    const large = newStream();
    const text = "x".repeat(900_000);
    await under.store.append(large, "no-stream", [event("Before")]);
    await under.store.append(large, 0, [event("Large", { text })]);
    await under.store.append(large, 1, [event("After")]);
    const prefixes = { streamPrefixes: [large] };
    const forwards = await all(under.store.readAll(prefixes));
    expect(forwards.map(({ type }) => type)).toEqual(["Before", "Large", "After"]);
    expect(forwards[1]?.data).toEqual({ text });
    expect(await replayed(prefixes)).toEqual(forwards);
    expect(await all(under.store.readAll({ ...prefixes, direction: "backwards" }))).toEqual(forwards.reverse());
  });
});
