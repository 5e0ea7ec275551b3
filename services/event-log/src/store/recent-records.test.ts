import { expect, test } from "vitest";
import { RecentRecords } from "./recent-records.ts";
import type { LogRecord } from "./record.ts";

const size = 100;

/** Records of equal size, one after the other from that position on. */
const write = (start: number, ...streams: readonly string[]): LogRecord[] =>
  streams.map((stream, i) => ({
    position: start + i * size,
    size,
    endsAppend: true,
    id: "",
    revision: 0,
    stream,
    type: "RouterCreated",
    frame: Buffer.from("frame"),
  }));

test("what was written is there to the end of its write, and no more than fits", () => {
  const recent = new RecentRecords(4 * size);
  const streamsFrom = (position: number) => recent.from(position)?.map(({ stream }) => stream);
  recent.add(write(64, "r-1", "r-2"));
  recent.add(write(64 + 2 * size, "r-3", "r-4"));
  expect(streamsFrom(64)).toEqual(["r-1", "r-2"]);
  expect(streamsFrom(64 + size)).toEqual(["r-2"]);
  expect(streamsFrom(64 + 2 * size)).toEqual(["r-3", "r-4"]);
  expect(streamsFrom(64 + size)).toEqual(["r-2"]);
  expect(streamsFrom(64 + 4 * size)).toBeUndefined();
  expect(streamsFrom(0)).toBeUndefined();
  recent.add(write(64 + 4 * size, "r-5"));
  expect(streamsFrom(64 + size)).toBeUndefined();
  expect(streamsFrom(64 + 3 * size)).toEqual(["r-4"]);
  recent.add(write(64 + 5 * size, "r-1", "r-2", "r-3", "r-4", "r-5"));
  expect(streamsFrom(64 + 5 * size)).toBeUndefined();
});
