import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import type { AppendEvents } from "./change.ts";
import { EventLog } from "./event-log.ts";

/** An empty log of its own for each test of a file.
 *  @returns that of the test under way. */
export function givenLog(): () => EventLog {
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
  return () => log;
}

/** One event as the first of a stream. */
export function appendTo(stream: string, data = Buffer.from("{}")): AppendEvents {
  const body = { contentType: "application/json", data, metadata: Buffer.alloc(0) };
  const events = [{ id: randomUUID(), type: "Made", ...body }];
  return { kind: "append", stream, expected: "no-stream", events, eventId: randomUUID() };
}
