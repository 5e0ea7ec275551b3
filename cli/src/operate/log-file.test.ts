import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LogCopy } from "@rhumbline/proto/rhumbline/eventlog/v1/event_log_admin";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readLogFile, writeLogFile } from "./log-file.ts";

const copy: LogCopy[] = [
  { part: { $case: "chunk", value: Buffer.alloc(200_000, 1) } },
  { part: { $case: "chunk", value: Buffer.from("the rest") } },
  { part: { $case: "summary", value: { position: 4711, events: 3, sha256: Buffer.alloc(32, 7) } } },
];

async function* pieces(): AsyncGenerator<LogCopy> {
  yield* copy;
}

async function* brokenOff(): AsyncGenerator<LogCopy> {
  yield* copy.slice(0, 1);
  throw new Error("the event log went away");
}

async function read(file: string): Promise<LogCopy[]> {
  const found: LogCopy[] = [];
  for await (const piece of readLogFile(file)) found.push(piece);
  return found;
}

describe("a copy of the event log in a file", () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "rhumb-"));
    file = join(folder, "copy");
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("is read back piece by piece as it was written", async () => {
    await writeLogFile(file, pieces());
    expect(await read(file)).toEqual(copy);
  });

  test("that breaks off leaves no file, and the one before stays", async () => {
    await writeLogFile(file, pieces());
    await expect(writeLogFile(file, brokenOff())).rejects.toThrow("went away");
    expect(await readdir(folder)).toEqual(["copy"]);
    expect(await read(file)).toEqual(copy);
  });

  test("is refused when it was cut short or is something else", async () => {
    await writeLogFile(file, pieces());
    await writeFile(file, (await readFile(file)).subarray(0, 100_000));
    await expect(read(file)).rejects.toThrow("was cut short");
    await writeFile(file, "no log at all, but long enough to be looked at");
    await expect(read(file)).rejects.toThrow("is no copy of an event log");
    await writeFile(file, "");
    await expect(read(file)).rejects.toThrow("is no copy of an event log");
  });
});
