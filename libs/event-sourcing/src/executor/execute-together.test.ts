import { afterEach, expect, test } from "vitest";
import type { EventStore, StreamAppend } from "../event-store.ts";
import { LogUnavailable, OneStreamOnly, OutcomeUnknown } from "../event-store-errors.ts";
import { createMemoryStore } from "../memory.ts";
import { context, start, stopAll, take, vessels } from "./given-vessels.ts";

afterEach(stopAll);

const taking = (vessel: string, token: string) => ({
  aggregate: vessels,
  id: vessel,
  decide: take(vessel, token),
  context,
});

/** A store that notes what is appended together, and does with it what the test says. */
function noting(log: EventStore, act: EventStore["appendTogether"] = log.appendTogether) {
  const together: string[][] = [];
  const store: EventStore = {
    ...log,
    appendTogether(appends) {
      together.push(appends.map(({ stream }) => stream));
      return act(appends);
    },
  };
  return { store, together };
}

/** A log that delivers nothing while that is held. */
function heldUp(log: EventStore) {
  let gate = Promise.resolve();
  let release = (): void => {};
  const store: EventStore = {
    ...log,
    subscribe: (from, to) => log.subscribe(from, { ...to, event: (event) => void gate.then(() => to.event(event)) }),
  };
  const hold = (): void => {
    gate = new Promise((resolve) => {
      release = resolve;
    });
  };
  return { store, hold, release: () => release() };
}

async function writerOf(store: EventStore) {
  const started = start(store, "a:1");
  await started.replica.takeOver();
  const tokens = (vessel: string): readonly string[] => started.fold.state.vessels.get(vessel)?.tokens ?? [];
  return { ...started, tokens };
}

test("both happen in one append, and are answered as they stand after it", async () => {
  const { store, together } = noting(createMemoryStore());
  const { executor, fold } = await writerOf(store);
  const [a, b] = await executor.executeTogether(taking("a", "1"), taking("b", "2"));
  expect([a.aggregate.tokens, b.aggregate.tokens]).toEqual([["1"], ["2"]]);
  expect(together).toEqual([["subnet-a", "subnet-b"]]);
  expect([a.position, b.position]).toEqual([fold.position, fold.position]);
});

test.each(["first", "second"])("where the %s is refused, neither happens", async (which) => {
  const { executor, tokens } = await writerOf(createMemoryStore());
  for (const token of ["1", "2", "3"]) await executor.execute(vessels, "full", take("full", token), context);
  const [first, second] = [taking("full", "4"), taking("b", "1")];
  const done = which === "first" ? executor.executeTogether(first, second) : executor.executeTogether(second, first);
  await expect(done).rejects.toMatchObject({ reason: "VESSEL_FULL" });
  expect([tokens("full"), tokens("b")]).toEqual([["1", "2", "3"], []]);
});

test("one that has nothing to change leaves the other to be appended by itself", async () => {
  const { store, together } = noting(createMemoryStore());
  const { executor, tokens } = await writerOf(store);
  const nothing = { ...taking("a", "1"), decide: () => [] };
  await executor.executeTogether(nothing, taking("b", "1"));
  expect([tokens("a"), tokens("b"), together]).toEqual([[], ["1"], []]);
});

test("on each of its streams it waits for what came before, and what comes after waits for it", async () => {
  const { executor, tokens } = await writerOf(createMemoryStore());
  await Promise.all([
    executor.execute(vessels, "b", take("b", "before"), context),
    executor.executeTogether(taking("a", "together"), taking("b", "together")),
    executor.executeTogether(taking("b", "crossing"), taking("a", "crossing")),
    executor.execute(vessels, "a", take("a", "after"), context),
  ]);
  expect(tokens("a")).toEqual(["together", "crossing", "after"]);
  expect(tokens("b")).toEqual(["before", "together", "crossing"]);
});

test("where the log appends to one stream at a time, the first is done and then the second", async () => {
  const { store } = noting(createMemoryStore(), async () => {
    throw new OneStreamOnly();
  });
  const { executor, tokens } = await writerOf(store);
  const [a, b] = await executor.executeTogether(taking("a", "1"), taking("b", "2"));
  expect([a.aggregate.tokens, b.aggregate.tokens]).toEqual([["1"], ["2"]]);
  expect(a.position).toBeLessThan(b.position);
  for (const token of ["3", "4"]) await executor.execute(vessels, "a", take("a", token), context);
  const refused = executor.executeTogether(taking("a", "5"), taking("b", "5"));
  await expect(refused).rejects.toMatchObject({ reason: "VESSEL_FULL" });
  expect(tokens("b")).toEqual(["2"]);
});

test("what is too large for one append is done one after the other", async () => {
  const { executor, tokens } = await writerOf(createMemoryStore());
  const large = "x".repeat(600_000);
  await executor.executeTogether(taking("a", large), taking("b", large));
  expect([tokens("a"), tokens("b")]).toEqual([[large], [large]]);
});

test("one whose answer was lost is done once, and so is one that can only be done one by one from then on", async () => {
  const log = createMemoryStore();
  const answers: ((appends: readonly StreamAppend[]) => Promise<number>)[] = [
    async (appends) => {
      await log.appendTogether(appends);
      throw new OutcomeUnknown(appends[0]?.stream ?? "");
    },
    async () => {
      throw new LogUnavailable("it is starting");
    },
    async (appends) => {
      const position = await log.appendTogether(appends);
      deliveries.release();
      return position;
    },
  ];
  const deliveries = heldUp(log);
  const { store } = noting(deliveries.store, async (appends) => (answers.shift() ?? onlyOne)(appends));
  const onlyOne = async (): Promise<number> => {
    throw new OneStreamOnly();
  };
  const once = (vessel: string) => ({
    ...taking(vessel, "1"),
    decide: (present: { tokens: readonly string[] }) =>
      present.tokens.includes("1") ? [] : take(vessel, "1")(present),
  });
  const { executor, tokens } = await writerOf(store);
  deliveries.hold();
  await executor.executeTogether(once("a"), once("b"));
  expect([tokens("a"), tokens("b")]).toEqual([["1"], ["1"]]);
  answers.push(async (appends) => {
    await log.appendTogether(appends);
    throw new OutcomeUnknown(appends[0]?.stream ?? "");
  });
  await executor.executeTogether(once("c"), once("d"));
  expect([tokens("c"), tokens("d")]).toEqual([["1"], ["1"]]);
});

test("a writer deposed meanwhile has done neither, and says so", async () => {
  const log = createMemoryStore();
  const { store } = noting(log, async (appends) => {
    await start(log, "b:1").replica.takeOver();
    return log.appendTogether(appends);
  });
  const { executor, tokens } = await writerOf(store);
  const done = executor.executeTogether(taking("a", "1"), taking("b", "1"));
  await expect(done).rejects.toMatchObject({ reason: "WRITER_DEPOSED" });
  expect([tokens("a"), tokens("b")]).toEqual([[], []]);
});

test("two commands on one stream are no two that can be done together", async () => {
  const { executor } = await writerOf(createMemoryStore());
  expect(() => executor.executeTogether(taking("a", "1"), taking("a", "2"))).toThrow(TypeError);
});
