import { expect, test } from "vitest";
import { event, newCategory, newStream, watch } from "./given.ts";
import { describeEachStore } from "./stores.ts";

describeEachStore("subscribing to", (under) => {
  test("what was, then that it is caught up, then what comes, in log order", async () => {
    const category = newCategory();
    const stream = newStream(category);
    await under.store.append(stream, "no-stream", [event("A"), event("B")]);
    const watched = watch(under.store, { streamPrefixes: [`${category}-`] });
    await watched.until(3);
    await under.store.append(stream, 1, [event("C")]);
    await under.store.append(stream, 2, [event("D")]);
    await watched.until(5);
    await watched.stop();
    expect(watched.seen).toEqual(["A", "B", "(caught up)", "C", "D"]);
  });

  test("it resumes after a position, which it does not deliver again", async () => {
    const category = newCategory();
    const stream = newStream(category);
    const { position } = await under.store.append(stream, "no-stream", [event("A")]);
    await under.store.append(stream, 0, [event("B")]);
    const watched = watch(under.store, { streamPrefixes: [`${category}-`], after: position });
    await watched.until(2);
    await watched.stop();
    expect(watched.seen).toEqual(["B", "(caught up)"]);
  });

  test("one that is stopped while it begins ends without a word", async () => {
    const told: string[] = [];
    const tell = (what: string) => () => void told.push(what);
    for (const delayMs of [undefined, 0, 1, 2, 5, 10]) {
      const handler = { event: tell("event"), caughtUp: () => undefined, dropped: tell("dropped") };
      const subscription = under.store.subscribe({ streamPrefixes: [`${newCategory()}-`] }, handler);
      if (delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, delayMs));
      await subscription.stop();
    }
    const watched = watch(under.store, { streamPrefixes: [`${newCategory()}-`] });
    await watched.until(1);
    await watched.stop();
    expect(told).toEqual([]);
  });

  test("it is caught up where nothing matches", async () => {
    const watched = watch(under.store, { streamPrefixes: [`${newCategory()}-`] });
    await watched.until(1);
    await watched.stop();
    expect(watched.seen).toEqual(["(caught up)"]);
  });

  test("appending while it catches up: nothing is left out, nothing comes twice", async () => {
    const category = newCategory();
    const stream = newStream(category);
    const before = Array.from({ length: 500 }, (_, i) => event(`E${i}`));
    await under.store.append(stream, "no-stream", before);
    const watched = watch(under.store, { streamPrefixes: [`${category}-`] });
    for (let i = 500; i < 600; i++) await under.store.append(stream, i - 1, [event(`E${i}`)]);
    await watched.until(601);
    await watched.stop();
    const types = watched.seen.filter((entry) => entry !== "(caught up)");
    expect(types).toEqual(Array.from({ length: 600 }, (_, i) => `E${i}`));
    expect(watched.positions).toEqual(watched.positions.toSorted((a, b) => a - b));
  });

  test("thousands of events come before the word that they all came", async () => {
    const category = newCategory();
    const stream = newStream(category);
    for (let i = 0; i < 4; i++) {
      const events = Array.from({ length: 1000 }, () => event("E"));
      await under.store.append(stream, i === 0 ? "no-stream" : i * 1000 - 1, events);
    }
    const watched = watch(under.store, { streamPrefixes: [`${category}-`] });
    await watched.until(4001);
    await watched.stop();
    expect(watched.seen.indexOf("(caught up)")).toBe(4000);
  });

  test("a handler that throws is dropped with its error and called no more", async () => {
    const category = newCategory();
    await under.store.append(newStream(category), "no-stream", [event("A"), event("B")]);
    const watched = watch(under.store, { streamPrefixes: [`${category}-`] }, () => {
      throw new Error("can't fold this");
    });
    expect((await watched.dropped).message).toBe("can't fold this");
    await under.store.append(newStream(category), "no-stream", [event("C")]);
    expect(watched.seen).toEqual([]);
  });

  test("stopped, it delivers no more", async () => {
    const category = newCategory();
    const stopped = watch(under.store, { streamPrefixes: [`${category}-`] });
    await stopped.until(1);
    await stopped.stop();
    const other = watch(under.store, { streamPrefixes: [`${category}-`] });
    await under.store.append(newStream(category), "no-stream", [event("A")]);
    await other.until(2);
    await other.stop();
    expect(stopped.seen).toEqual(["(caught up)"]);
  });
});
