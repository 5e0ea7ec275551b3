import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDataFolder } from "./data-folder.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rhumbline-data-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a second agent is refused a folder that is in use, and gets it when the first has ended", () => {
  const first = openDataFolder(join(folder, "agent"));
  expect(() => openDataFolder(join(folder, "agent"))).toThrow(/another agent works in/);
  first.release();
  openDataFolder(join(folder, "agent")).release();
});
