import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { firstPosition, LogFile } from "./log-file.ts";
import { recordsBackwards, recordsForwards, requireRecordAt } from "./log-reader.ts";
import { decodeRecord, encodeRecord } from "./record.ts";
import { recover } from "./recovery.ts";

let folder: string;
let file: LogFile;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "log-file-"));
  file = await LogFile.open(join(folder, "events.log"));
});
afterEach(async () => {
  await file.close();
  await rm(folder, { recursive: true, force: true });
});

/** Appends one record whose frame has `bytes` of payload; returns its position. */
async function append(stream: string, bytes: number, endsAppend = true): Promise<number> {
  const position = file.end;
  const frame = Buffer.alloc(5 + bytes, 7);
  frame.writeUInt8(0, 0);
  frame.writeUInt32BE(bytes, 1);
  const id = "00000000-0000-4000-8000-000000000001";
  const record = encodeRecord({ position, endsAppend, id, revision: 0, stream, type: "T", frame });
  await file.append(record, [decodeRecord(record, 0, position)]);
  return position;
}

async function streams(runs: AsyncIterable<readonly { stream: string }[]>): Promise<string[]> {
  const names: string[] = [];
  for await (const run of runs) names.push(...run.map(({ stream }) => stream));
  return names;
}

test("records are read in order either way, whatever their sizes", async () => {
  const sizes = [1, 20_000, 3, 900_000, 300_000, 5, 262_144, 1];
  for (const [i, size] of sizes.entries()) await append(`s${i}`, size);
  const names = sizes.map((_, i) => `s${i}`);
  expect(await streams(recordsForwards(file, 0, file.end))).toEqual(names);
  expect(await streams(recordsBackwards(file, file.end))).toEqual(names.toReversed());
});

test("only where an event stands is a position one", async () => {
  await append("s0", 100);
  const second = await append("s1", 100);
  expect((await requireRecordAt(file, second)).stream).toBe("s1");
  for (const position of [0, 1, second - 1, second + 1, file.end, file.end + 1000]) {
    await expect(requireRecordAt(file, position)).rejects.toThrow(`no event stands at position ${position}`);
  }
});

test("an append is recovered whole or not at all", async () => {
  await append("whole", 10);
  await append("first half", 10, false);
  const found: string[] = [];
  const { cutBytes } = await recover(file, ({ stream }) => found.push(stream));
  expect(found).toEqual(["whole"]);
  expect(cutBytes).toBeGreaterThan(0);
  expect((await readFile(join(folder, "events.log"))).length).toBe(file.end);
});

test("a new file begins where its header ends", () => {
  expect(file.end).toBe(firstPosition);
});
