import { randomUUID } from "node:crypto";
import { AppendTooLarge, WrongExpectedRevision } from "@rhumbline/event-sourcing";
import { expect, test } from "vitest";
import { all, event, newStream, typesOf } from "./given.ts";
import { describeEachStore } from "./stores.ts";

describeEachStore("appending to", (under) => {
  test("revisions count from 0 in each stream, positions grow along the log", async () => {
    const first = await under.store.append(newStream(), "no-stream", [event("A"), event("B")]);
    const second = await under.store.append(newStream(), "no-stream", [event("C")]);
    expect([first.revision, second.revision]).toEqual([1, 0]);
    expect(second.position).toBeGreaterThan(first.position);
    expect(first.position).toBeGreaterThan(0);
  });

  test("positions have gaps: an event stands as far behind the one before it as that one is large", async () => {
    const stream = newStream();
    await under.store.append(stream, "no-stream", [event("Large", { text: "x".repeat(5000) }), event("Next")]);
    const [large, next] = await all(under.store.readStream(stream));
    expect((next?.position ?? 0) - (large?.position ?? 0)).toBeGreaterThan(5000);
  });

  test("what is read is what was appended, with its place", async () => {
    const stream = newStream();
    const data = { name: "müritz", list: [1, "2", null, { deep: true }], number: 0.5 };
    const id = randomUUID();
    const { position } = await under.store.append(stream, "no-stream", [event("Named", data, id)]);
    expect(await all(under.store.readStream(stream))).toEqual([
      { id, type: "Named", data, metadata: { actor: "contract" }, stream, revision: 0, position },
    ]);
  });

  test("an append at the stream's revision is taken", async () => {
    const stream = newStream();
    await under.store.append(stream, "no-stream", [event("A")]);
    expect((await under.store.append(stream, 0, [event("B")])).revision).toBe(1);
  });

  test("an append at another revision is refused with both revisions, and writes nothing", async () => {
    const stream = newStream();
    await under.store.append(stream, "no-stream", [event("A"), event("B")]);
    await expect(under.store.append(stream, 0, [event("C")])).rejects.toMatchObject({ expected: 0, actual: 1 });
    await expect(under.store.append(stream, 5, [event("C")])).rejects.toMatchObject({ expected: 5, actual: 1 });
    await expect(under.store.append(stream, "no-stream", [event("C")])).rejects.toBeInstanceOf(WrongExpectedRevision);
    expect(await typesOf(under.store.readStream(stream))).toEqual(["A", "B"]);
  });

  test("a revision expected of a stream that has none is refused: it is at -1", async () => {
    await expect(under.store.append(newStream(), 0, [event("A")])).rejects.toMatchObject({ expected: 0, actual: -1 });
  });

  test("of two appends at the same revision one is taken", async () => {
    const stream = newStream();
    const outcomes = await Promise.allSettled([
      under.store.append(stream, "no-stream", [event("A")]),
      under.store.append(stream, "no-stream", [event("B")]),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await all(under.store.readStream(stream))).toHaveLength(1);
  });

  test("any revision will do where none is expected", async () => {
    const stream = newStream();
    expect((await under.store.append(stream, "any", [event("A")])).revision).toBe(0);
    expect((await under.store.append(stream, "any", [event("B")])).revision).toBe(1);
  });

  test("an append of nothing answers where the stream is, and checks the revision", async () => {
    const stream = newStream();
    expect(await under.store.append(stream, "no-stream", [])).toEqual({ revision: -1, position: 0 });
    const appended = await under.store.append(stream, "no-stream", [event("A")]);
    expect(await under.store.append(stream, 0, [])).toEqual(appended);
    await expect(under.store.append(stream, "no-stream", [])).rejects.toBeInstanceOf(WrongExpectedRevision);
  });

  test("an append over the limit is refused whole", async () => {
    const stream = newStream();
    const large = () => event("Large", { text: "x".repeat(300_000) });
    const refused = under.store.append(stream, "no-stream", [large(), large(), large(), large()]);
    await expect(refused).rejects.toBeInstanceOf(AppendTooLarge);
    expect(await all(under.store.readStream(stream))).toEqual([]);
  });

  test("many writers at once: every append is taken once, in one order for each stream", async () => {
    const streams = Array.from({ length: 32 }, () => newStream());
    await Promise.all(
      streams.map(async (stream) => {
        for (let i = 0; i < 10; i++) await under.store.append(stream, i === 0 ? "no-stream" : i - 1, [event(`E${i}`)]);
      }),
    );
    for (const stream of streams) {
      expect(await typesOf(under.store.readStream(stream))).toEqual(Array.from({ length: 10 }, (_, i) => `E${i}`));
    }
  });
});
