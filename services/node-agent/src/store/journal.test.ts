import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Journal } from "./journal.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rhumbline-store-"));
  path = join(folder, "state");
});
afterEach(() => rmSync(folder, { recursive: true }));

const opened = () => Journal.open<string, string>(path);
const held = () => {
  const { base, changes } = opened();
  return [base, ...changes];
};

test("a new file wants a base", async () => {
  expect(held()).toEqual([undefined]);
  expect(opened().journal.wantsBase).toBe(true);
});

test("base and changes come back in their order, and a new base replaces them", async () => {
  const { journal } = opened();
  journal.rebase("ü");
  await journal.append("one");
  journal.appendUnsynced("two");
  expect(held()).toEqual(["ü", "one", "two"]);
  journal.rebase("both");
  await journal.append("three");
  expect(held()).toEqual(["both", "three"]);
});

test("changes that have outgrown the base want to become one", async () => {
  const { journal } = opened();
  journal.rebase("small");
  await journal.append("x".repeat(1_000));
  expect(journal.wantsBase).toBe(false);
  await journal.append("x".repeat(100_000));
  expect(opened().journal.wantsBase).toBe(true);
});

test.each([
  ["with a change in its midst", (text: string) => text.replace("one", "two")],
  ["whose base was changed", (text: string) => text.replace("base", "bass")],
  ["emptied", () => ""],
])("a file %s is worth nothing, at once and for good", async (_how, damage) => {
  const { journal } = opened();
  journal.rebase("base");
  await journal.append("one");
  await journal.append("three");
  writeFileSync(path, damage(readFileSync(path, "utf8")));
  expect(held()).toEqual([undefined]);
  expect(held()).toEqual([undefined]);
});

test("a last change that a crash tore off is as good as never written", async () => {
  const { journal } = opened();
  journal.rebase("base");
  await journal.append("one");
  appendFileSync(path, "0badc0de half of a cha");
  expect(held()).toEqual(["base", "one"]);
  await opened().journal.append("two");
  expect(held()).toEqual(["base", "one", "two"]);
});
