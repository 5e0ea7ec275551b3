import { type BucketEntry, type BucketState, type DesiredBucket, parseDesiredKey } from "@rhumbline/messaging";
import type { NodeDesired } from "../compile/state.ts";
import { NodeMirror, readIntoMirror, readManifestIntoMirror } from "./node-mirror.ts";

/** What bucket DESIRED holds, as its writer knows it. */
export interface BucketMirror {
  readonly byNode: Map<string, NodeMirror>;
  /** The bucket's state at least: it may have grown, but never shrunk, unless somebody else had a hand in it. */
  known(): BucketState;
  /** Of a write that was acknowledged. */
  written(revision: number): void;
}

/** Makes the bucket where there is none, and reads it whole. */
export async function readBucket(
  bucket: DesiredBucket,
  desired: ReadonlyMap<string, NodeDesired>,
  logId: string,
): Promise<BucketMirror> {
  const { created } = await bucket.ensure();
  const byNode = new Map<string, NodeMirror>();
  let lastRevision = 0;
  for (const entry of await bucket.readAll()) {
    lastRevision = Math.max(lastRevision, entry.revision);
    readEntry(byNode, entry, desired, logId);
  }
  return {
    byNode,
    known: () => ({ created, lastRevision, keyCount: [...byNode.values()].reduce((sum, { size }) => sum + size, 0) }),
    written(revision) {
      lastRevision = Math.max(lastRevision, revision);
    },
  };
}

function readEntry(
  byNode: Map<string, NodeMirror>,
  entry: BucketEntry,
  desired: ReadonlyMap<string, NodeDesired>,
  logId: string,
): void {
  const key = parseDesiredKey(entry.key);
  if (key === undefined) return;
  const mirror = mirrorOf(byNode, key.nodeId);
  if (key.manifest) readManifestIntoMirror(mirror, entry);
  else readIntoMirror(mirror, key.resource, entry, desired.get(key.nodeId), logId);
}

export function mirrorOf(byNode: Map<string, NodeMirror>, nodeId: string): NodeMirror {
  const present = byNode.get(nodeId);
  if (present !== undefined) return present;
  const fresh = new NodeMirror();
  byNode.set(nodeId, fresh);
  return fresh;
}
