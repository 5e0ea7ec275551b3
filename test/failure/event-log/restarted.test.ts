import { randomUUID } from "node:crypto";
import { appendFile, mkdtemp, open, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NewEvent } from "@rhumbline/event-sourcing";
import { connectKurrent } from "@rhumbline/event-sourcing/kurrent";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EventLogDidNotStart, startEventLog } from "../../support/event-log-process.ts";
import { wholeLog } from "./writers.ts";

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "rhumbline-restarted-"));
});
afterEach(() => rm(data, { recursive: true, force: true }));

function event(type: string): NewEvent {
  return { id: randomUUID(), type, data: { text: "x".repeat(200) }, metadata: {} };
}

/** Runs `work` on a server over the test's folder, which is stopped again. */
async function served<T>(work: (store: ReturnType<typeof connectKurrent>) => Promise<T>): Promise<T> {
  const server = await startEventLog({ data });
  const store = connectKurrent({ connectionString: server.connectionString });
  try {
    return await work(store);
  } finally {
    await store.close();
    await server.stop();
  }
}

describe("after a restart", () => {
  test("the log is what it was", async () => {
    const before = await served(async (store) => {
      await store.append("a-1", "no-stream", [event("A"), event("B")]);
      await store.append("b-1", "no-stream", [event("C")]);
      return await wholeLog(store);
    });
    expect(await served(wholeLog)).toEqual(before);
  });

  test("an append sent again is known, with and without an expected revision", async () => {
    const named = [event("A"), event("B")];
    const unnamed = [event("C")];
    const first = await served(async (store) => [
      await store.append("a-1", "no-stream", named),
      await store.append("b-1", "any", unnamed),
    ]);
    const again = await served(async (store) => [
      await store.append("a-1", "no-stream", named),
      await store.append("b-1", "any", unnamed),
    ]);
    expect(again).toEqual(first);
    expect(await served(wholeLog)).toHaveLength(3);
  });

  test("the end of a write that was cut short is given up, what came before is kept", async () => {
    const before = await served(async (store) => {
      await store.append("a-1", "no-stream", [event("A")]);
      await store.append("a-1", 0, [event("B"), event("C")]);
      return await wholeLog(store);
    });
    const file = join(data, "events.log");
    await truncate(file, (await readFile(file)).length - 7);
    // The second append is one write: with its last event torn, none of it is there.
    expect(await served(wholeLog)).toEqual(before.slice(0, 1));
    await appendFile(file, Buffer.alloc(5000));
    expect(await served(wholeLog)).toEqual(before.slice(0, 1));
  });

  test("of an append to several streams that was cut short nothing is there, wherever it was cut", async () => {
    const before = await served(async (store) => {
      await store.append("a-1", "no-stream", [event("A")]);
      await store.appendTogether([
        { stream: "a-1", expected: 0, events: [event("B")] },
        { stream: "b-1", expected: "no-stream", events: [event("C"), event("D")] },
      ]);
      return await wholeLog(store);
    });
    const file = join(data, "events.log");
    const whole = await readFile(file);
    const [, , second, third] = before.map(({ position }) => position);
    for (const end of [whole.length - 1, third ?? 0, (third ?? 0) - 1, second ?? 0, (second ?? 0) - 1]) {
      await writeFile(file, whole.subarray(0, end));
      expect(await served(wholeLog)).toEqual(before.slice(0, 1));
    }
  });

  test("damage in the middle of the log is refused, not cut away", async () => {
    await served(async (store) => {
      const large = () => ({ ...event("Large"), data: { text: "x".repeat(900_000) } });
      for (let i = 0; i < 20; i++) await store.append(`a-${i}`, "no-stream", [large()]);
    });
    const file = await open(join(data, "events.log"), "r+");
    await file.write(Buffer.from("damage"), 0, 6, 5000);
    await file.close();
    const started = startEventLog({ data });
    await expect(started).rejects.toBeInstanceOf(EventLogDidNotStart);
    await expect(started).rejects.toThrow(/event at position 64 is damaged/);
  });
});

describe("the data folder", () => {
  test("a second process is refused while the first has it, and served once it is gone, however it went", async () => {
    const first = await startEventLog({ data });
    await expect(startEventLog({ data })).rejects.toThrow(/another event-log process has/);
    await first.kill();
    const second = await startEventLog({ data });
    await second.stop();
  });

  test("some other file in the log's place is refused", async () => {
    await appendFile(join(data, "events.log"), "x".repeat(1000));
    await expect(startEventLog({ data })).rejects.toThrow(/is not an event log of format 1/);
  });
});
