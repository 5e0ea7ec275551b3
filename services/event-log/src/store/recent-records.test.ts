import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { RecentRecords } from "./recent-records.ts";
import { encodeRecord } from "./record.ts";

/** Records of equal size, one after the other from that position on. */
function write(start: number, ...streams: readonly string[]): Buffer {
  let position = start;
  const records = streams.map((stream) => {
    const place = { position, endsAppend: true, id: randomUUID(), revision: 0, stream, type: "RouterCreated" };
    const record = encodeRecord({ ...place, frame: Buffer.from("frame") });
    position += record.length;
    return record;
  });
  return Buffer.concat(records);
}

const size = write(0, "r-1").length;

test("what was written is there to the end of its write, and no more than fits", () => {
  const recent = new RecentRecords(4 * size);
  const streamsFrom = (position: number) => recent.from(position)?.map(({ stream }) => stream);
  recent.add(64, write(64, "r-1", "r-2"));
  recent.add(64 + 2 * size, write(64 + 2 * size, "r-3", "r-4"));
  expect(streamsFrom(64)).toEqual(["r-1", "r-2"]);
  expect(streamsFrom(64 + size)).toEqual(["r-2"]);
  expect(streamsFrom(64 + 2 * size)).toEqual(["r-3", "r-4"]);
  expect(streamsFrom(64 + size)).toEqual(["r-2"]);
  expect(streamsFrom(64 + 4 * size)).toBeUndefined();
  expect(streamsFrom(0)).toBeUndefined();
  recent.add(64 + 4 * size, write(64 + 4 * size, "r-5"));
  expect(streamsFrom(64 + size)).toBeUndefined();
  expect(streamsFrom(64 + 3 * size)).toEqual(["r-4"]);
  recent.add(64 + 5 * size, write(64 + 5 * size, "r-1", "r-2", "r-3", "r-4", "r-5"));
  expect(streamsFrom(64 + 5 * size)).toBeUndefined();
});

test("a record is decoded once, whoever asks for it", () => {
  const recent = new RecentRecords(4 * size);
  recent.add(64, write(64, "r-1", "r-2"));
  expect(recent.from(64)?.[1]).toBe(recent.from(64 + size)?.[0]);
});
