import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FolderWrites } from "./folder-writes.ts";

let above: string;
let path: string;
let folder: FolderWrites;
const make = (...names: string[]): void => {
  for (const name of names) writeFileSync(join(path, name), "");
};

beforeEach(() => {
  above = mkdtempSync(join(tmpdir(), "folder-writes-"));
  path = join(above, "netns");
  folder = new FolderWrites(path);
});
afterEach(() => {
  folder.close();
  rmSync(above, { recursive: true });
});

test("names that came or went are told once, those that stood before are not", () => {
  mkdirSync(path);
  make("standing", "going");
  expect(folder.names()).toBe(undefined);
  expect(folder.names()).toEqual(new Set());
  make("new", "brief");
  rmSync(join(path, "brief"));
  rmSync(join(path, "going"));
  renameSync(join(path, "new"), join(path, "newer"));
  expect(folder.names()).toEqual(new Set(["new", "brief", "going", "newer"]));
  expect(folder.names()).toEqual(new Set());
});

test("in a folder that comes, or that is another's by now, any name may be new", () => {
  expect(folder.names()).toBe(undefined);
  expect(folder.names()).toEqual(new Set());
  mkdirSync(path);
  expect(folder.names()).toBe(undefined);
  renameSync(path, join(above, "before"));
  mkdirSync(path);
  writeFileSync(join(above, "before", "elsewhere"), "");
  expect(folder.names()).toBe(undefined);
  make("here");
  expect(folder.names()).toEqual(new Set(["here"]));
  rmSync(path, { recursive: true });
  expect(folder.names()).toBe(undefined);
  expect(folder.names()).toEqual(new Set());
});

test("more than the kernel keeps may have been any", () => {
  mkdirSync(path);
  folder.names();
  const mostKept = Number(readFileSync("/proc/sys/fs/inotify/max_queued_events", "utf8"));
  for (let at = 0; at <= mostKept / 2; at += 1) {
    make(`a${at % 2}`);
    rmSync(join(path, `a${at % 2}`));
  }
  expect(folder.names()).toBe(undefined);
  folder.names();
  make("one");
  expect(folder.names()).toEqual(new Set(["one"]));
});
