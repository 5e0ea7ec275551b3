import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { readIfThere, writeAtomically } from "../store/atomic-file.ts";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The node's id: made at the agent's first start and kept on its disk for good. The host's name may change, this never.
 *  @throws {Error} the file holds something else: a node must not take another's identity by accident. */
export function nodeIdIn(folder: string): string {
  const path = join(folder, "node-id");
  const kept = readIfThere(path)?.trim();
  if (kept === undefined) {
    const made = randomUUID();
    writeAtomically(path, `${made}\n`);
    return made;
  }
  if (!uuid.test(kept)) throw new Error(`${path} holds no node id but ${JSON.stringify(kept)}; accepted is a UUID`);
  return kept;
}
