import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeAtomically } from "./atomic-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rhumbline-store-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("what an interrupted write left behind does no harm", () => {
  const path = join(folder, "state");
  writeAtomically(path, "old");
  appendFileSync(`${path}.new`, "half of the ne");
  writeAtomically(path, "new");
  expect(readFileSync(path, "utf8")).toBe("new");
});
