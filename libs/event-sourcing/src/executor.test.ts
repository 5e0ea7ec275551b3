import { randomUUID } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { DomainError } from "./domain-error.ts";
import type { EventStore } from "./event-store.ts";
import { LogUnavailable, OutcomeUnknown } from "./event-store-errors.ts";
import { context, start, stopAll, type TokenTaken, take, vessels } from "./executor/given-vessels.ts";
import { createMemoryStore } from "./memory.ts";

afterEach(stopAll);

/** A store whose appends to vessels wait until they are let go, as those of a stopped process do. */
function stoppable(store: EventStore): { store: EventStore; stop(): void; go(): void } {
  let gate: Promise<void> | undefined;
  let open = (): void => {};
  return {
    store: {
      ...store,
      append: async (stream, expected, events) => {
        if (stream.startsWith("subnet-")) await gate;
        return store.append(stream, expected, events);
      },
    },
    stop: () => {
      gate = new Promise((resolve) => {
        open = resolve;
      });
    },
    go: () => open(),
  };
}

test("commands that arrive together share an append and see each other", async () => {
  const store = createMemoryStore();
  const { replica, executor, fold } = start(store, "a:1");
  await replica.takeOver();
  const outcomes = await Promise.allSettled(
    ["1", "2", "3", "4"].map((token) => executor.execute(vessels, "v", take("v", token), context)),
  );
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "fulfilled", "rejected"]);
  expect(fold.state.vessels.get("v")?.tokens).toEqual(["1", "2", "3"]);
  expect(fold.revisionOf("subnet-v")).toBe(2);
});

test("commands that are too large together are done apart, and one that is too large by itself is refused", async () => {
  const store = createMemoryStore();
  const { replica, executor, fold } = start(store, "a:1");
  await replica.takeOver();
  const [large, tooLarge] = ["x".repeat(600_000), "x".repeat(1_200_000)];
  const outcomes = await Promise.allSettled(
    [large, tooLarge, large].map((token) => executor.execute(vessels, "v", take("v", token), context)),
  );
  expect(outcomes).toMatchObject([
    { status: "fulfilled" },
    { status: "rejected", reason: { reason: "INVALID_FIELD" } },
    { status: "fulfilled" },
  ]);
  expect(fold.state.vessels.get("v")?.tokens).toEqual([large, large]);
});

test("a command whose second event can't be stored leaves nothing of its first", async () => {
  const store = createMemoryStore();
  const { replica, executor, fold } = start(store, "a:1");
  await replica.takeOver();
  const token = (text: unknown) => ({ type: "TokenTaken", data: { vessel: "v", token: text } }) as TokenTaken;
  const broken = executor.execute(vessels, "v", () => [token("1"), token(Symbol("unstorable"))], context);
  await expect(broken).rejects.toThrow(TypeError);
  expect(fold.state.vessels.get("v")).toBeUndefined();
});

test("a replica that is not the writer refuses commands", async () => {
  const store = createMemoryStore();
  const [a, b] = [start(store, "a:1"), start(store, "b:1")];
  await a.replica.takeOver();
  await b.follower.catchUp();
  await expect(b.executor.execute(vessels, "v", take("v", "1"), context)).rejects.toMatchObject({
    reason: "NO_WRITER",
  });
  expect(b.replica.writerAddress()).toBe("a:1");
});

test("of two that take over at once one is the writer", async () => {
  const store = createMemoryStore();
  const [a, b] = [start(store, "a:1"), start(store, "b:1")];
  await Promise.all([a.replica.takeOver(), b.replica.takeOver()]);
  await Promise.all([a.follower.catchUp(), b.follower.catchUp()]);
  expect([a.replica.epoch(), b.replica.epoch()].filter((epoch) => epoch !== undefined)).toHaveLength(1);
});

test("a replica that finds another writer than the one it meant to depose leaves it in office", async () => {
  const store = createMemoryStore();
  const [a, b] = [start(store, "a:1"), start(store, "b:1")];
  await a.replica.takeOver(0);
  expect(await b.replica.takeOver(0)).toBe(false);
  expect(a.replica.epoch()).toBe(1);
  expect(await b.replica.takeOver(1)).toBe(true);
});

test("a writer stopped between decide and append, and deposed meanwhile, breaks no rule and says so", async () => {
  const log = createMemoryStore();
  const gate = stoppable(log);
  const old = start(gate.store, "a:1");
  await old.replica.takeOver();
  await old.executor.execute(vessels, "v", take("v", "1"), context);
  await old.executor.execute(vessels, "v", take("v", "2"), context);

  gate.stop();
  const late = old.executor.execute(vessels, "v", take("v", "late"), context);
  const answer = late.then(
    () => "done",
    (error: unknown) => (error instanceof DomainError ? error.reason : String(error)),
  );
  const fresh = start(log, "b:1");
  await fresh.replica.takeOver();
  await fresh.executor.execute(vessels, "v", take("v", "3"), context);
  gate.go();

  expect(["NO_WRITER", "WRITER_DEPOSED"]).toContain(await answer);
  await fresh.follower.catchUp();
  expect(fresh.fold.state.vessels.get("v")?.tokens).toEqual(["1", "2", "3"]);
  expect(old.fold.state.vessels.get("v")?.tokens).toEqual(["1", "2", "3"]);
});

test("an append of a deposed writer that the log takes never happened, and the next writer goes on behind it", async () => {
  const log = createMemoryStore();
  const gate = stoppable(log);
  const old = start(gate.store, "a:1");
  await old.replica.takeOver();
  gate.stop();
  const late = old.executor.execute(vessels, "v", take("v", "late"), context);
  const refused = expect(late).rejects.toMatchObject({ reason: "WRITER_DEPOSED" });
  const fresh = start(log, "b:1");
  await fresh.replica.takeOver();
  gate.go();
  await refused;
  await fresh.executor.execute(vessels, "v", take("v", "1"), context);
  expect(fresh.fold.state.vessels.get("v")?.tokens).toEqual(["1"]);
  expect(fresh.fold.revisionOf("subnet-v")).toBe(1);
});

test("an append whose answer was lost is done once", async () => {
  const log = createMemoryStore();
  let losses = 3;
  const store: EventStore = {
    ...log,
    append: async (stream, expected, events) => {
      const appended = await log.append(stream, expected, events);
      if (stream.startsWith("subnet-") && losses-- > 0) throw new OutcomeUnknown(stream);
      return appended;
    },
  };
  const { replica, executor, fold } = start(store, "a:1");
  await replica.takeOver();
  await executor.execute(vessels, "v", take("v", "1"), context);
  expect(fold.state.vessels.get("v")?.tokens).toEqual(["1"]);
});

test("what the fold has taken is done, while the log's answer is on its way still, and on one stream the next follows", async () => {
  const log = createMemoryStore();
  const silent: EventStore = {
    ...log,
    append: async (stream, expected, events) => {
      const answer = await log.append(stream, expected, events);
      return stream.startsWith("subnet-") ? new Promise(() => {}) : answer;
    },
    appendTogether: async (appends) => {
      await log.appendTogether(appends);
      return new Promise(() => {});
    },
  };
  const { replica, executor, fold } = start(silent, "a:1");
  await replica.takeOver();
  const taking = (vessel: string, token: string) => executor.execute(vessels, vessel, take(vessel, token), context);
  const first = await taking("v", "1");
  expect(first).toMatchObject({ aggregate: { tokens: ["1"] }, position: fold.position });
  expect((await taking("v", "2")).aggregate.tokens).toEqual(["1", "2"]);
  const each = (id: string) => ({ aggregate: vessels, id, decide: take(id, "3"), context });
  const together = await executor.executeTogether(each("v"), each("w"));
  expect(together.map(({ aggregate }) => aggregate.tokens)).toEqual([["1", "2", "3"], ["3"]]);
});

test("with the log away nothing is done and the reason says so", async () => {
  const log = createMemoryStore();
  let away = false;
  const store: EventStore = {
    ...log,
    append: async (...call) => {
      if (away) throw new LogUnavailable("connection refused");
      return log.append(...call);
    },
  };
  const { replica, executor, fold } = start(store, "a:1");
  await replica.takeOver();
  away = true;
  await expect(executor.execute(vessels, "v", take("v", "1"), context)).rejects.toMatchObject({
    reason: "LOG_UNAVAILABLE",
  });
  away = false;
  await executor.execute(vessels, "v", take("v", "2"), context);
  expect(fold.state.vessels.get("v")?.tokens).toEqual(["2"]);
});

test("a replica that meets an event it does not know never writes", async () => {
  const log = createMemoryStore();
  const { replica, follower, executor } = start(log, "a:1");
  await replica.takeOver();
  const metadata = { epoch: 1, timeMs: 1 };
  await log.append("subnet-x", "no-stream", [{ id: randomUUID(), type: "FromTheFuture", data: {}, metadata }]);
  await follower.catchUp();
  await expect(executor.execute(vessels, "v", take("v", "1"), context)).rejects.toMatchObject({ reason: "NO_WRITER" });
  await expect(replica.takeOver()).rejects.toMatchObject({ reason: "NO_WRITER" });
});

test("time in metadata never goes back, whatever the clock does", async () => {
  const log = createMemoryStore();
  const { replica, executor, fold } = start(log, "a:1");
  await replica.takeOver();
  const future = Date.now() + 3_600_000;
  await log.append("subnet-w", "no-stream", [
    { id: randomUUID(), type: "TokenTaken", data: { vessel: "w", token: "1" }, metadata: { epoch: 1, timeMs: future } },
  ]);
  await fold.reached(await log.lastPosition());
  await executor.execute(vessels, "v", take("v", "1"), context);
  expect(fold.timeMs).toBe(future);
  for await (const { metadata } of log.readStream("subnet-v")) expect(metadata).toMatchObject({ timeMs: future });
});

test("a fold on a log that is idle for it reaches a position that others wrote", async () => {
  const log = createMemoryStore();
  const { fold, follower } = start(log, "a:1");
  const { position } = await log.append("router-r", "no-stream", [
    { id: randomUUID(), type: "RouterCreated", data: {}, metadata: {} },
  ]);
  await follower.catchUp();
  expect(fold.position).toBeGreaterThanOrEqual(position);
});

test("the answer of a completed request is remembered by every fold of the log", async () => {
  const log = createMemoryStore();
  const { replica, executor } = start(log, "a:1");
  await replica.takeOver();
  const request = { id: "r", projectId: "p", caller: "u", method: "Take", hash: "h", resourceId: "v" };
  const done = await executor.execute(vessels, "v", take("v", "1"), { ...context, completes: request });
  const late = start(log, "b:1");
  await late.follower.catchUp();
  expect(late.fold.requests.find(request)).toMatchObject({ hash: "h", resourceId: "v", position: done.position });
});
