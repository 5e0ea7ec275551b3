import { randomUUID } from "node:crypto";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EventStore, LogUnavailable } from "@rhumbline/event-sourcing";
import { connectKurrent } from "@rhumbline/event-sourcing/kurrent";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startEventLog } from "../../support/event-log-process.ts";
import { requiresRoot } from "../../support/requires-root.ts";
import { wholeLog } from "./writers.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rhumbline-disk-full-"));
  await mkdir(join(folder, "data"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs the server in a mount namespace of its own, with a small file system over its data folder. */
function onOwnFileSystem(options: string): string[] {
  const mountThenRun = `mount -t tmpfs -o ${options} none "$0" && exec "$@"`;
  return ["unshare", "--mount", "sh", "-c", mountThenRun, join(folder, "data")];
}

async function append(store: EventStore, revision: number): Promise<void> {
  const event = { id: randomUUID(), type: "Written", data: { text: "x".repeat(20_000) }, metadata: {} };
  await store.append("written-1", revision === 0 ? "no-stream" : revision - 1, [event]);
}

/** Appends until it is refused, and returns the refusal with the number of events that were taken. */
async function appendUntilRefused(store: EventStore): Promise<{ taken: number; refusal: unknown }> {
  for (let taken = 0; ; taken++) {
    try {
      await append(store, taken);
    } catch (refusal) {
      return { taken, refusal };
    }
  }
}

describe("a full disk", requiresRoot, () => {
  test("appends are refused with the reason, reads are served, and with room again it goes on", async () => {
    const server = await startEventLog({ data: join(folder, "data"), wrapper: onOwnFileSystem("size=3m") });
    const inside = join("/proc", String(server.pid), "root", folder, "data");
    await writeFile(join(inside, "ballast"), Buffer.alloc(1 << 20));
    const store = connectKurrent({ connectionString: server.connectionString });

    const { taken, refusal } = await appendUntilRefused(store);
    expect(refusal).toBeInstanceOf(LogUnavailable);
    expect(refusal).toMatchObject({
      message: expect.stringMatching(/nothing was written: ENOSPC: no space left on device/),
    });
    expect(await wholeLog(store)).toHaveLength(taken);
    for (let i = 0; i < 20; i++) await expect(append(store, taken)).rejects.toBeInstanceOf(LogUnavailable);

    await rm(join(inside, "ballast"));
    await append(store, taken);
    const events = await wholeLog(store);
    expect(events.map(({ revision }) => revision)).toEqual(Array.from({ length: taken + 1 }, (_, i) => i));

    await copyFile(join(inside, "events.log"), join(folder, "data", "events.log"));
    await store.close();
    expect(await server.stop()).toBe(0);
    expect(await startedAgain()).toEqual(events);
  });

  test("a folder that can't be written is refused at start, by name", async () => {
    const started = startEventLog({ data: join(folder, "data"), wrapper: onOwnFileSystem("ro") });
    await expect(started).rejects.toThrow(/EROFS: read-only file system.*data/);
  });

  async function startedAgain() {
    const server = await startEventLog({ data: join(folder, "data") });
    const store = connectKurrent({ connectionString: server.connectionString });
    const events = await wholeLog(store);
    await store.close();
    await server.stop();
    return events;
  }
});
