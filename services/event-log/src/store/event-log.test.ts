import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { AppendEvents } from "./change.ts";
import { EventLog } from "./event-log.ts";

let folder: string;
let log: EventLog;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rhumbline-event-log-"));
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

test("what comes in one turn of the event loop is one write, however many steps it takes to come", async () => {
  let commits = 0;
  log.onCommit(() => {
    commits += 1;
  });
  const first = log.change(append("port-1"));
  // As a message that is cut and parsed behind another.
  for (let step = 0; step < 20; step += 1) await Promise.resolve();
  await new Promise<void>((resolve) => process.nextTick(resolve));
  await Promise.all([first, log.change(append("port-2"))]);
  expect(commits).toBe(1);
});

test("what is appended together is one write, and none where one of it is refused", async () => {
  let commits = 0;
  log.onCommit(() => {
    commits += 1;
  });
  const [port, router] = [append("port-1"), append("router-1")];
  expect(await log.appendTogether([port, router])).toMatchObject({ kind: "written", position: log.lastPosition });
  expect([commits, log.events]).toEqual([1, 2]);
  const outcome = await log.appendTogether([append("port-2"), append("router-1")]);
  expect(outcome).toMatchObject({ kind: "one-refused", append: { stream: "router-1" }, refused: { actual: 0 } });
  expect([commits, log.events]).toEqual([1, 2]);
});
