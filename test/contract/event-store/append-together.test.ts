import { AppendTooLarge, OneStreamOnly, type StreamAppend, WrongExpectedRevision } from "@rhumbline/event-sourcing";
import { beforeAll, expect, test } from "vitest";
import { all, event, newCategory, newStream, typesOf, watch } from "./given.ts";
import { describeEachStore } from "./stores.ts";

describeEachStore("appending to several streams of", (under) => {
  // A server says what it takes when it answers the first append.
  beforeAll(() => under.store.append(newStream(), "any", [event("First")]));

  const fresh = (type: string): StreamAppend => ({ stream: newStream(), expected: "no-stream", events: [event(type)] });
  const typesIn = async (appends: readonly StreamAppend[]): Promise<string[][]> =>
    Promise.all(appends.map(({ stream }) => typesOf(under.store.readStream(stream))));

  if (!under.appendsTogether) {
    test("is refused by what appends to one at a time, and writes nothing", async () => {
      const appends = [fresh("A"), fresh("B")];
      await expect(under.store.appendTogether(appends)).rejects.toBeInstanceOf(OneStreamOnly);
      expect(await typesIn(appends)).toEqual([[], []]);
    });
    return;
  }

  test("all of it stands in the log, one behind the other in the order of the append", async () => {
    const category = newCategory();
    const [one, other] = [newStream(category), newStream(category)];
    await under.store.append(other, "no-stream", [event("Before")]);
    const position = await under.store.appendTogether([
      { stream: one, expected: "no-stream", events: [event("A"), event("B")] },
      { stream: other, expected: 0, events: [event("C")] },
    ]);
    const found = await all(under.store.readAll({ streamPrefixes: [category] }));
    const places = found.map(({ stream, type, revision }) => [stream, type, revision]);
    expect(places).toEqual([
      [other, "Before", 0],
      [one, "A", 0],
      [one, "B", 1],
      [other, "C", 1],
    ]);
    expect(position).toBe(found.at(-1)?.position);
  });

  test("where one stream is elsewhere nothing is written to any, and the refusal names that one", async () => {
    const appends = [fresh("A"), { ...fresh("B"), expected: 3 }];
    const refused = under.store.appendTogether(appends);
    await expect(refused).rejects.toBeInstanceOf(WrongExpectedRevision);
    await expect(refused).rejects.toMatchObject({ stream: appends[1]?.stream, expected: 3, actual: -1 });
    expect(await typesIn(appends)).toEqual([[], []]);
  });

  test("sent again it is taken once, and answered with the first position", async () => {
    const appends = [fresh("A"), fresh("B")];
    const position = await under.store.appendTogether(appends);
    await under.store.append(appends[0]?.stream ?? "", 0, [event("C")]);
    expect(await under.store.appendTogether(appends)).toBe(position);
    expect(await typesIn(appends)).toEqual([["A", "C"], ["B"]]);
  });

  test("what was appended in part by itself is no repeat, and nothing is added to it", async () => {
    const appends = [fresh("A"), fresh("B")];
    const [{ stream, events } = fresh("A")] = appends;
    await under.store.append(stream, "no-stream", events);
    await expect(under.store.appendTogether(appends)).rejects.toMatchObject({ stream, actual: 0 });
    expect(await typesIn(appends)).toEqual([["A"], []]);
  });

  test("what is over the limit taken together is refused whole", async () => {
    const large = (type: string) => ({ ...fresh(type), events: [event(type, { text: "x".repeat(600_000) })] });
    const appends = [large("A"), large("B")];
    await expect(under.store.appendTogether(appends)).rejects.toBeInstanceOf(AppendTooLarge);
    expect(await typesIn(appends)).toEqual([[], []]);
  });

  test("of appends of one stream and of several at the same revisions one is taken", async () => {
    const appends = [fresh("A"), fresh("B")];
    const stream = appends[1]?.stream ?? "";
    const outcomes = await Promise.allSettled([
      under.store.appendTogether(appends),
      under.store.append(stream, "no-stream", [event("C")]),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect([
      [["A"], ["B"]],
      [[], ["C"]],
    ]).toContainEqual(await typesIn(appends));
  });

  test("a subscription gets it in order", async () => {
    const category = newCategory();
    const watched = watch(under.store, { streamPrefixes: [category] });
    await watched.until(1);
    const [one, other] = [newStream(category), newStream(category)];
    await under.store.appendTogether([
      { stream: one, expected: "no-stream", events: [event("A")] },
      { stream: other, expected: "no-stream", events: [event("B"), event("C")] },
    ]);
    await watched.until(4);
    expect(watched.seen).toEqual(["(caught up)", "A", "B", "C"]);
    await watched.stop();
  });
});
