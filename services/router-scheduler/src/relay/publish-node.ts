import {
  type DesiredBucket,
  desiredKey,
  encodeDesiredResource,
  encodeNodeManifest,
  manifestKey,
  maxDesiredBytes,
} from "@rhumbline/messaging";
import type { NodeManifest } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import type { Logger } from "@rhumbline/telemetry";
import type { ResourceKey } from "../compile/resource-key.ts";
import { type DesiredEntry, isGone, type NodeDesired } from "../compile/state.ts";
import type { NodeMirror } from "./node-mirror.ts";

/** Who publishes. */
export interface Publisher {
  readonly bucket: DesiredBucket;
  readonly logId: string;
  readonly epoch: number;
  readonly log: Logger;
  /** Told of each write that was acknowledged. */
  written(revision: number): void;
}

const putsAtOnce = 64;

/** Brings one node's keys in the bucket to what was compiled: the keys that differ, and behind them the manifest that commits
 *  them. It leaves with the last of them and waits for no answer: one connection's writes are stored in its order, and where
 *  a key is refused, the manifest's digest speaks of what is not there, and no agent acts on it.
 *  Nothing is written where nothing differs.
 *  @param published what was brought there before, since the bucket was read; undefined: nothing yet.
 *  @returns how many keys were written, the manifest not counted.
 *  @throws {WrongRevision} somebody else wrote; what the bucket holds has to be read again.
 *  @throws {BusUnavailable} */
export async function publishNode(
  publisher: Publisher,
  nodeId: string,
  mirror: NodeMirror,
  desired: NodeDesired,
  published: NodeDesired | undefined,
): Promise<number> {
  const changed = changesOf(mirror, desired, published);
  const put = (keys: typeof changed) => keys.map(([key, entry]) => putKey(publisher, nodeId, mirror, key, entry));
  let first = 0;
  for (; changed.length - first > putsAtOnce; first += putsAtOnce)
    await together(put(changed.slice(first, first + putsAtOnce)));
  const last = put(changed.slice(first));
  await together([...last, putManifest(publisher, nodeId, mirror, desired, changed.length > 0)]);
  return changed.length;
}

/** What the bucket is to hold of the keys that may differ: all, where nothing was published yet. */
function changesOf(
  mirror: NodeMirror,
  { entries, position, causation }: NodeDesired,
  published: NodeDesired | undefined,
): (readonly [ResourceKey, DesiredEntry])[] {
  const keys = published && entries.changedSince(published.entries);
  const gone: DesiredEntry = { resource: { $case: "gone", value: {} }, position, causation };
  const changed: (readonly [ResourceKey, DesiredEntry])[] = [];
  for (const key of keys ?? new Set([...entries.entries().map(([each]) => each), ...mirror.held.keys()])) {
    const entry = entries.get(key);
    const held = mirror.held.get(key);
    if (entry !== undefined && held?.entry !== entry) changed.push([key, entry]);
    // Left over from an older copy of the bucket, or from another log: whoever holds it has to hear that it is to go.
    if (entry === undefined && held !== undefined && !(held.gone && held.ours)) changed.push([key, gone]);
  }
  return changed;
}

/** The mirror has the key as soon as it leaves: the manifest behind it speaks of it. Where it is refused the mirror is thrown
 *  away. */
async function putKey(
  { bucket, logId, epoch, log, written }: Publisher,
  nodeId: string,
  mirror: NodeMirror,
  key: ResourceKey,
  entry: DesiredEntry,
): Promise<void> {
  const { resource, position, causation } = entry;
  const value = encodeDesiredResource({ logId, epoch, position, causation, resource });
  if (value.length > maxDesiredBytes) {
    // One resource that grew too large must not hold up the others: the node keeps what it has of it.
    log.error({ nodeId, key, bytes: value.length, maxDesiredBytes }, "a desired value is too large to be published");
    return;
  }
  const before = mirror.held.get(key)?.revision ?? 0;
  mirror.set(key, { entry, gone: isGone(entry), ours: true, revision: before });
  const revision = await bucket.put(desiredKey(nodeId, key), value, before);
  written(revision);
  mirror.stored(key, revision);
}

async function putManifest(
  { bucket, logId, epoch, written }: Publisher,
  nodeId: string,
  mirror: NodeMirror,
  { position, causation }: NodeDesired,
  keysChanged: boolean,
): Promise<void> {
  const { digest, keyCount } = mirror;
  const manifest: NodeManifest = { logId, epoch, position, digest, keyCount, causation };
  if (!keysChanged && commits(mirror.manifest.manifest, manifest)) return;
  const revision = await bucket.put(manifestKey(nodeId), encodeNodeManifest(manifest), mirror.manifest.revision);
  written(revision);
  mirror.manifest = { revision, manifest };
}

/** Whether the manifest says what the other does; who published it makes no difference to that. */
function commits(present: NodeManifest | undefined, wanted: NodeManifest): boolean {
  return (
    present !== undefined &&
    present.logId === wanted.logId &&
    present.position === wanted.position &&
    present.digest === wanted.digest &&
    present.keyCount === wanted.keyCount
  );
}

/** Waits for all, then throws what the first failure threw: nothing goes on behind the caller's back. */
export async function together(work: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(work);
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
