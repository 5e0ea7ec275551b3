import { randomUUID } from "node:crypto";
import { jsonEvent, KurrentDBClient } from "@kurrent/kurrentdb-client";
import { StreamDeleted } from "@rhumbline/event-sourcing";
import { connectKurrent } from "@rhumbline/event-sourcing/kurrent";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EventLogProcess, startEventLog } from "../../support/event-log-process.ts";
import { all, event, newCategory, newStream, typesOf, watch } from "./given.ts";

// Here the official client stands beside ours: it writes what only the server, or an operator, would write.
describe("system events in the log", () => {
  let server: EventLogProcess;
  let operator: KurrentDBClient;
  let store: ReturnType<typeof connectKurrent>;
  beforeAll(async () => {
    server = await startEventLog();
    operator = KurrentDBClient.connectionString(server.connectionString);
    store = connectKurrent({ connectionString: server.connectionString });
  });
  afterAll(async () => {
    await store.close();
    await operator.dispose();
    await server.stop();
  });
  const statistics = () => jsonEvent({ id: randomUUID(), type: "$statsCollected", data: { cpu: 1 } });

  test("they are in $all, and no reader of ours gets them", async () => {
    const category = newCategory();
    const stream = newStream(category);
    await store.append(stream, "no-stream", [event("A")]);
    await operator.setStreamMetadata(stream, { maxCount: 10 });
    await operator.appendToStream("$stats-127.0.0.1:2113", [statistics()]);
    await operator.appendToStream(stream, [jsonEvent({ id: randomUUID(), type: "$>", data: `0@${stream}` })]);
    await store.append(stream, 1, [event("B")]);

    const inAll: string[] = [];
    for await (const resolved of operator.readAll()) inAll.push(resolved.event?.type ?? "");
    expect(inAll.slice(-5)).toEqual(["A", "$metadata", "$statsCollected", "$>", "B"]);

    expect(await typesOf(store.readAll({ streamPrefixes: [`${category}-`] }))).toEqual(["A", "B"]);
    expect((await typesOf(store.readAll())).filter((type) => type.startsWith("$"))).toEqual([]);
    expect(await typesOf(store.readAll({ direction: "backwards", maxCount: 2 }))).toEqual(["B", "A"]);
    const watched = watch(store, {});
    await watched.until((await all(store.readAll())).length + 1);
    await watched.stop();
    expect(watched.seen.filter((type) => type.startsWith("$"))).toEqual([]);
  });

  test("the last position is that of the last event of ours", async () => {
    const { position } = await store.append(newStream(), "no-stream", [event("A")]);
    for (let i = 0; i < 5; i++) await operator.appendToStream("$stats-127.0.0.1:2113", [statistics()]);
    expect(await store.lastPosition()).toBe(position);
  });

  test("$maxCount and $tb hide events from a reader of the stream, not from one of the log", async () => {
    const category = newCategory();
    const stream = newStream(category);
    await store.append(
      stream,
      "no-stream",
      ["A", "B", "C", "D"].map((type) => event(type)),
    );
    await operator.setStreamMetadata(stream, { maxCount: 2 });
    expect(await typesOf(store.readStream(stream))).toEqual(["C", "D"]);
    await operator.setStreamMetadata(stream, { truncateBefore: 3 });
    expect(await typesOf(store.readStream(stream, { direction: "backwards" }))).toEqual(["D"]);
    expect(await typesOf(store.readAll({ streamPrefixes: [`${category}-`] }))).toEqual(["A", "B", "C", "D"]);
  });

  test("a deleted stream reads as none, can be begun again, and goes on counting", async () => {
    const stream = newStream();
    await store.append(stream, "no-stream", [event("A"), event("B")]);
    await operator.deleteStream(stream);
    expect(await all(store.readStream(stream))).toEqual([]);
    expect((await store.append(stream, "no-stream", [event("C")])).revision).toBe(2);
    expect(await typesOf(store.readStream(stream))).toEqual(["C"]);
  });

  test("a tombstoned stream takes no event ever again", async () => {
    const stream = newStream();
    await store.append(stream, "no-stream", [event("A")]);
    await operator.tombstoneStream(stream);
    await expect(store.append(stream, "any", [event("B")])).rejects.toBeInstanceOf(StreamDeleted);
    await expect(all(store.readStream(stream))).rejects.toBeInstanceOf(StreamDeleted);
  });
});
