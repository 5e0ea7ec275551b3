import { expect, test } from "vitest";
import { RecentBytes } from "./recent-bytes.ts";

const text = (bytes: Buffer | undefined): string | undefined => bytes?.toString();

test("what was written is there to the end of its write, and no more than fits", () => {
  const recent = new RecentBytes(10);
  recent.add(64, Buffer.from("abcd"));
  recent.add(68, Buffer.from("efgh"));
  expect(text(recent.from(64))).toBe("abcd");
  expect(text(recent.from(66))).toBe("cd");
  expect(text(recent.from(68))).toBe("efgh");
  expect(recent.from(72)).toBeUndefined();
  recent.add(72, Buffer.from("ijkl"));
  expect(recent.from(67)).toBeUndefined();
  expect(text(recent.from(68))).toBe("efgh");
  recent.add(76, Buffer.from("larger than all"));
  expect(recent.from(76)).toBeUndefined();
});
