import { WrongExpectedRevision } from "@rhumbline/event-sourcing";
import { expect, test } from "vitest";
import { event, newStream, typesOf } from "./given.ts";
import { describeEachStore } from "./stores.ts";

describeEachStore("sending an append again to", (under) => {
  test("the same ids at the same revision are taken once, and answered with the first position", async () => {
    const stream = newStream();
    const events = [event("A"), event("B")];
    const first = await under.store.append(stream, "no-stream", events);
    await under.store.append(stream, 1, [event("C")]);
    expect(await under.store.append(stream, "no-stream", events)).toEqual(first);
    expect(await typesOf(under.store.readStream(stream))).toEqual(["A", "B", "C"]);
  });

  test("in the middle of a stream too", async () => {
    const stream = newStream();
    await under.store.append(stream, "no-stream", [event("A")]);
    const events = [event("B"), event("C")];
    const first = await under.store.append(stream, 0, events);
    await under.store.append(stream, 2, [event("D")]);
    expect(await under.store.append(stream, 0, events)).toEqual(first);
  });

  test("where no revision is expected, the same ids are known again", async () => {
    const stream = newStream();
    await under.store.append(stream, "any", [event("A")]);
    const events = [event("B"), event("C")];
    const first = await under.store.append(stream, "any", events);
    await under.store.append(stream, "any", [event("D")]);
    expect(await under.store.append(stream, "any", events)).toEqual(first);
    expect(await typesOf(under.store.readStream(stream))).toEqual(["A", "B", "C", "D"]);
  });

  test("the same ids at another revision are no repeat", async () => {
    const stream = newStream();
    const events = [event("A")];
    await under.store.append(stream, "no-stream", events);
    await under.store.append(stream, 0, [event("B")]);
    await expect(under.store.append(stream, 0, events)).rejects.toBeInstanceOf(WrongExpectedRevision);
  });

  test("the same ids in another stream are new there", async () => {
    const events = [event("A")];
    const first = await under.store.append(newStream(), "no-stream", events);
    const second = await under.store.append(newStream(), "no-stream", events);
    expect(second.position).toBeGreaterThan(first.position);
  });

  test("sent twice at once, both get the same answer", async () => {
    const stream = newStream();
    const events = [event("A"), event("B")];
    const [one, other] = await Promise.all([
      under.store.append(stream, "no-stream", events),
      under.store.append(stream, "no-stream", events),
    ]);
    expect(one).toEqual(other);
    expect(await typesOf(under.store.readStream(stream))).toEqual(["A", "B"]);
  });
});
