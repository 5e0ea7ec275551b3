import { connectKurrent } from "@rhumbline/event-sourcing/kurrent";
import type { LogCopy } from "@rhumbline/proto/rhumbline/eventlog/v1/event_log_admin";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { backup, restore } from "../../support/event-log-admin.ts";
import { type EventLogProcess, startEventLog } from "../../support/event-log-process.ts";
import { endOf } from "../../support/refusal.ts";
import { startWriters, wholeLog } from "./writers.ts";

describe("a copy made while writers run", () => {
  let original: EventLogProcess;
  let store: ReturnType<typeof connectKurrent>;
  let pieces: LogCopy[];
  beforeAll(async () => {
    original = await startEventLog();
    store = connectKurrent({ connectionString: original.connectionString });
    const writers = startWriters(store, { alone: 32, together: 0 });
    while (writers.acknowledged.some(({ ids }) => ids.length < 20))
      await new Promise((resolve) => setTimeout(resolve, 5));
    pieces = await backup(original.address);
    await writers.stop();
  });
  afterAll(async () => {
    await store.close();
    await original.stop();
  });

  test("is put back into an empty log: a prefix of the original, with its positions, revisions and ids", async () => {
    const server = await startEventLog();
    const restored = connectKurrent({ connectionString: server.connectionString });
    const answer = await restore(server.address, pieces);
    const events = await wholeLog(restored);
    expect(events.length).toBeGreaterThanOrEqual(32 * 20);
    expect(answer).toEqual({ events: events.length, position: events.at(-1)?.position });
    expect((await wholeLog(store)).slice(0, events.length)).toEqual(events);

    const last = events.at(-1);
    const next = { id: crypto.randomUUID(), type: "Next", data: {}, metadata: {} };
    const appended = await restored.append(last?.stream ?? "", "any", [next]);
    expect(appended.position).toBeGreaterThan(last?.position ?? 0);
    const repeated = await restored.append(last?.stream ?? "", "any", [last ?? next]);
    expect(repeated.position).toBe(last?.position);
    await restored.close();
    await server.stop();
  });

  test("is refused by a log that has events", async () => {
    expect(await endOf(restore(original.address, pieces))).toBe("LOG_NOT_EMPTY");
  });

  test("cut short or damaged, it is refused, and the log stays empty", async () => {
    const server = await startEventLog();
    expect(await endOf(restore(server.address, pieces.slice(0, -1)))).toBe("LOG_COPY_DAMAGED");
    expect(await endOf(restore(server.address, pieces.slice(1)))).toBe("LOG_COPY_DAMAGED");
    const empty = connectKurrent({ connectionString: server.connectionString });
    expect(await wholeLog(empty)).toEqual([]);
    expect((await restore(server.address, pieces)).events).toBeGreaterThan(0);
    await empty.close();
    await server.stop();
  });
});
