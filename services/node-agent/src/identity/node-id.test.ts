import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { nodeIdIn } from "./node-id.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rhumbline-identity-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("the id made at the first start is the id of every later one", () => {
  const first = nodeIdIn(folder);
  expect(nodeIdIn(folder)).toBe(first);
});

test("a damaged id is refused, not replaced", () => {
  writeFileSync(join(folder, "node-id"), "\0\0\0\0");
  expect(() => nodeIdIn(folder)).toThrow(/accepted is a UUID/);
});
