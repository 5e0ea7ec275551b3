import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { AppendEvents } from "../store/change.ts";
import { EventLog } from "../store/event-log.ts";
import { liveCommits } from "./live-commits.ts";

let folder: string;
let log: EventLog;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rhumbline-live-commits-"));
  ({ log } = await EventLog.open(join(folder, "events.log"), () => 1));
});
afterEach(async () => {
  await log.close();
  await rm(folder, { recursive: true });
});

function append(stream: string): AppendEvents {
  const body = { contentType: "application/json", data: Buffer.from("{}"), metadata: Buffer.alloc(0) };
  const events = [{ id: randomUUID(), type: "Made", ...body }];
  return { kind: "append", stream, expected: "no-stream", events, eventId: randomUUID() };
}

test("commits are handed over until one is not taken", async () => {
  const taken: string[] = [];
  const over = liveCommits(log, new AbortController().signal, (records) => {
    taken.push(...records.map(({ stream }) => stream));
    return taken.length < 2;
  });
  await log.change(append("port-1"));
  await log.change(append("port-2"));
  await over;
  await log.change(append("port-3"));
  expect(taken).toEqual(["port-1", "port-2"]);
});

test("it ends with its caller", async () => {
  const caller = new AbortController();
  const over = liveCommits(log, caller.signal, () => true);
  caller.abort();
  await over;
  await liveCommits(log, caller.signal, () => true);
});

test("what one who is told of a commit throws is nothing to who wrote it, nor to others who are told", async () => {
  const { signal } = new AbortController();
  const told: number[] = [];
  const broken = liveCommits(log, signal, () => {
    throw new Error("it can't be sent");
  });
  void liveCommits(log, signal, (records) => told.push(records.length) > 0);
  const failure = expect(broken).rejects.toThrow("it can't be sent");
  expect(await log.change(append("port-1"))).toMatchObject({ kind: "written" });
  expect(await log.change(append("port-2"))).toMatchObject({ kind: "written" });
  await failure;
  expect(told).toEqual([1, 1]);
});
