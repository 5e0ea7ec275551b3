import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Of the last manifest that an agent says it applied, by the file that it keeps in its folder; 0: none yet. Each line is a
 *  checksum of eight characters, a blank, and what changed. */
export function appliedPositionIn(folder: string): number {
  const path = join(folder, "reported");
  if (!existsSync(path)) return 0;
  const lines = readFileSync(path, "utf8").split("\n").slice(0, -1);
  const last = JSON.parse(lines.at(-1)?.slice(9) ?? "{}") as { applied?: { position: number } };
  return last.applied?.position ?? 0;
}
