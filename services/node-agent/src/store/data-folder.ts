import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { lockFile } from "../kernel/lock-file.ts";

/** The agent's folder, ours alone for as long as this process lives. */
export interface DataFolder {
  readonly path: string;
  release(): void;
}

/** @throws {Error} another process works in this folder, or it can't be made or written. */
export function openDataFolder(path: string): DataFolder {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const release = lockFile(join(path, "lock"));
  if (release === undefined) throw new Error(`another agent works in ${path}: give this one a --data of its own`);
  return { path, release };
}
