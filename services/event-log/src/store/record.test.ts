import { expect, test } from "vitest";
import { decodeRecord, encodeRecord, isIntactRecord, wholeRecords } from "./record.ts";

const written = (position: number, stream: string) => ({
  position,
  endsAppend: position === 64,
  id: "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
  revision: 2 ** 40 + position,
  stream,
  type: "PörtCreated",
  frame: Buffer.from(`frame of ${stream}`),
});

test("a record says what was written, wherever it lies among others", () => {
  const first = encodeRecord(written(64, "port-ä"));
  const second = encodeRecord(written(64 + first.length, ""));
  const bytes = Buffer.concat([first, second, second.subarray(0, second.length - 1)]);
  const { records, size } = wholeRecords(bytes, 64);
  expect(size).toBe(first.length + second.length);
  expect(
    records.map(({ position, endsAppend, id, revision, stream, type, frame }) => ({
      ...{ position, endsAppend, id, revision, stream, type, frame },
    })),
  ).toEqual([written(64, "port-ä"), written(64 + first.length, "")]);
  expect(records.map((record) => record.size)).toEqual([first.length, second.length]);
  expect(decodeRecord(bytes, first.length, 7).position).toBe(7);
  expect([isIntactRecord(bytes, first.length, second.length), isIntactRecord(bytes, size, second.length)]).toEqual([
    true,
    false,
  ]);
});
