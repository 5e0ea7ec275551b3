import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readChecked, writeAtomically, writeChecked } from "./atomic-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rhumbline-store-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a value comes back as it was written", () => {
  writeChecked(join(folder, "state"), { a: ["ü", 1] });
  expect(readChecked(join(folder, "state"))).toEqual({ a: ["ü", 1] });
});

test("no file is no value", () => {
  expect(readChecked(join(folder, "state"))).toBeUndefined();
});

test.each([
  ["cut short", (text: string) => text.slice(0, -4)],
  ["changed", (text: string) => text.replace("one", "two")],
  ["emptied", () => ""],
])("a file that was %s is no value", (_how, damage) => {
  const path = join(folder, "state");
  writeChecked(path, { a: "one" });
  writeFileSync(path, damage(readFileSync(path, "utf8")));
  expect(readChecked(path)).toBeUndefined();
});

test("what an interrupted write left behind does no harm", () => {
  const path = join(folder, "state");
  writeAtomically(path, "old");
  appendFileSync(`${path}.new`, "half of the ne");
  writeAtomically(path, "new");
  expect(readFileSync(path, "utf8")).toBe("new");
});
