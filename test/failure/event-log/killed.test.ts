import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { connectKurrent } from "@rhumbline/event-sourcing/kurrent";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventLogCommand, startEventLog } from "../../support/event-log-process.ts";
import { idsByStream, startWriters, type Writers } from "./writers.ts";

/** RHUMBLINE_KILL_ROUNDS raises it for a long run. */
const rounds = Number(env["RHUMBLINE_KILL_ROUNDS"] ?? 10);
const writerCount = 32;
/** So many more write to two streams together. */
const pairCount = 8;

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "rhumbline-killed-"));
});
afterEach(() => rm(data, { recursive: true, force: true }));

test(`killed ${rounds} times under ${writerCount + pairCount} writers: nothing acknowledged is lost, doubled or half there, no append hangs`, {
  timeout: 120_000 + rounds * 60_000,
}, async () => {
  let server = await startEventLog({ data });
  const listen = server.address;
  const store = connectKurrent({ connectionString: server.connectionString });
  const writers = startWriters(store, { alone: writerCount, together: pairCount });
  for (let round = 0; round < rounds; round++) {
    await acknowledgedMore(writers, 200);
    await pause(Math.random() * 300);
    await server.kill();
    await killWhileStarting(listen, data);
    server = await startEventLog({ data, listen });
    await expectAllThere(writers, server.connectionString);
    await expectNoHalves(writers, server.connectionString);
  }
  await writers.stop();

  const ids = await idsByStream(store);
  for (const { stream, ids: acknowledged } of writers.acknowledged) expect(ids.get(stream) ?? []).toEqual(acknowledged);
  expect([...ids.keys()].toSorted()).toEqual(writers.acknowledged.map(({ stream }) => stream).toSorted());
  await store.close();
  expect(await server.stop()).toBe(0);
});

function total({ acknowledged }: Writers): number {
  return acknowledged.reduce((sum, { ids }) => sum + ids.length, 0);
}

async function acknowledgedMore(writers: Writers, count: number): Promise<void> {
  const before = total(writers);
  while (total(writers) < before + count) await pause(5);
}

/** Starts a server on the log and kills it somewhere on its way up: while it reads the log, or cuts its torn end off. */
async function killWhileStarting(listen: string, folder: string): Promise<void> {
  const [program = "", ...args] = eventLogCommand(listen, folder);
  const child = spawn(program, args, { stdio: "ignore", cwd: join(import.meta.dirname, "../../..") });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  await pause(Math.random() * 1500);
  child.kill("SIGKILL");
  await exited;
}

/** What was acknowledged by now stands in the log, at its revision and position. */
async function expectAllThere(writers: Writers, connectionString: string): Promise<void> {
  const acknowledged = writers.acknowledged.map(({ stream, ids, positions }) => ({
    stream,
    ids: [...ids],
    positions: [...positions],
  }));
  const store = connectKurrent({ connectionString });
  const found = new Map<string, { ids: string[]; positions: number[] }>();
  for await (const { stream, id, position } of store.readAll()) {
    const entry = found.get(stream) ?? { ids: [], positions: [] };
    entry.ids.push(id);
    entry.positions.push(position);
    found.set(stream, entry);
  }
  for (const { stream, ids, positions } of acknowledged) {
    expect(found.get(stream)?.ids.slice(0, ids.length) ?? []).toEqual(ids);
    const told = found
      .get(stream)
      ?.positions.map((position, i) => (Number.isNaN(positions[i]) ? Number.NaN : position));
    expect(told?.slice(0, ids.length) ?? []).toEqual(positions);
  }
  await store.close();
}

/** Of two streams that are written together, whatever the log has of the one it has of the other, acknowledged or not. */
async function expectNoHalves({ pairs }: Writers, connectionString: string): Promise<void> {
  const store = connectKurrent({ connectionString });
  const ids = await idsByStream(store);
  const counts = pairs.map((pair) => pair.map((stream) => ids.get(stream)?.length ?? 0));
  expect(counts.filter(([one, other]) => one !== other)).toEqual([]);
  await store.close();
}
