import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

interface Read {
  readonly stamp: string;
  readonly position: number;
}

/** Who waits asks every few milliseconds, and of a thousand routers the file is megabytes long. */
const lastRead = new Map<string, Read>();

/** Of the last manifest that an agent says it applied, by the file that it keeps in its folder; 0: none yet. Each line is a
 *  checksum of eight characters, a blank, and what changed. */
export function appliedPositionIn(folder: string): number {
  const path = join(folder, "reported");
  const file = statSync(path, { throwIfNoEntry: false });
  if (file === undefined) return 0;
  const stamp = `${file.ino} ${file.size} ${file.mtimeMs}`;
  const before = lastRead.get(path);
  if (before?.stamp === stamp) return before.position;
  const position = positionIn(readFileSync(path, "utf8"));
  lastRead.set(path, { stamp, position });
  return position;
}

function positionIn(content: string): number {
  const lines = content.split("\n").slice(0, -1);
  const last = JSON.parse(lines.at(-1)?.slice(9) ?? "{}") as { applied?: { position: number } };
  return last.applied?.position ?? 0;
}
