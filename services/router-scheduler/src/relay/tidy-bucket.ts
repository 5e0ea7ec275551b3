import { type DesiredBucket, desiredKey, manifestKey } from "@rhumbline/messaging";
import type { NodeDesired } from "../compile/state.ts";
import type { BucketMirror } from "./bucket-mirror.ts";
import type { HeldKey, NodeMirror } from "./node-mirror.ts";

/** Takes out of the bucket what nobody waits for any more: removals that the node has reported, and all of nodes that were
 *  deleted. Each only when it was found so twice in a row, so that who follows the bucket has had the time to read it.
 *  What is of another log is left alone. */
export function createTidying(
  bucket: DesiredBucket,
  logId: string,
): {
  tidy(mirror: BucketMirror, desired: ReadonlyMap<string, NodeDesired>): Promise<void>;
} {
  let foundBefore: ReadonlySet<HeldKey> = new Set();
  return {
    async tidy({ byNode }, desired) {
      const found = new Set<HeldKey>();
      for (const [nodeId, mirror] of byNode) {
        const node = desired.get(nodeId);
        for (const [key, held] of mirror.held) {
          if (!held.ours || (node !== undefined && (!held.gone || node.entries.has(key)))) continue;
          found.add(held);
          if (!foundBefore.has(held)) continue;
          mirror.delete(key);
          await bucket.purge(desiredKey(nodeId, key), held.revision);
        }
        if (node === undefined && mirror.held.size === 0) await dropManifest(bucket, nodeId, mirror, logId);
      }
      foundBefore = found;
    },
  };
}

async function dropManifest(bucket: DesiredBucket, nodeId: string, mirror: NodeMirror, logId: string): Promise<void> {
  const { revision, manifest } = mirror.manifest;
  if (manifest?.logId !== logId) return;
  mirror.manifest = { revision: 0, manifest: undefined };
  await bucket.purge(manifestKey(nodeId), revision);
}
