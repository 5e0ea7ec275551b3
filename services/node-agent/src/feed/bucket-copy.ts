import { PersistentMap } from "@rhumbline/event-sourcing";
import {
  addToDigest,
  compareVersions,
  digestText,
  emptyDigest,
  type ManifestDigest,
  type ResourceKey,
  removeFromDigest,
} from "@rhumbline/messaging";
import type { DesiredResource, NodeManifest } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import type { DesiredState } from "./desired-state.ts";

/** This node's keys as the bucket has them now. A late message of a deposed writer changes nothing: of each key the
 *  greatest (epoch, position) counts. */
export class BucketCopy {
  #resources = PersistentMap.empty<ResourceKey, DesiredResource>();
  /** What came since something was committed. */
  readonly #news = new Map<ResourceKey, DesiredResource>();
  /** How many keys are of each log. */
  readonly #keysByLog = new Map<string, number>();
  #digest: ManifestDigest = emptyDigest;
  #manifest: NodeManifest | undefined;

  reset(): void {
    this.#resources = PersistentMap.empty();
    this.#news.clear();
    this.#keysByLog.clear();
    this.#digest = emptyDigest;
    this.#manifest = undefined;
  }

  resource(key: ResourceKey, value: DesiredResource): void {
    const held = this.#news.get(key) ?? this.#resources.get(key);
    if (held !== undefined && isOlder(value, held)) return;
    if (held !== undefined && counts(held))
      this.#digest = removeFromDigest(this.#digest, { key, position: held.position });
    if (counts(value)) this.#digest = addToDigest(this.#digest, { key, position: value.position });
    if (held !== undefined) this.#countKey(held.logId, -1);
    this.#countKey(value.logId, 1);
    this.#news.set(key, value);
  }

  manifest(manifest: NodeManifest): void {
    if (this.#manifest !== undefined && isOlder(manifest, this.#manifest)) return;
    this.#manifest = manifest;
  }

  /** What the manifest commits: undefined while there is none, or while a key that it speaks of is not here yet (or one
   *  that it does not know still is): to act on half of it would take down what the other half holds up. */
  committed(): DesiredState | undefined {
    const manifest = this.#manifest;
    if (manifest === undefined || manifest.digest !== digestText(this.#digest)) return undefined;
    for (const each of this.#keysByLog.keys()) if (each !== manifest.logId) return undefined;
    this.#resources = this.#resources.withAll([...this.#news]);
    this.#news.clear();
    const { logId, epoch, position, causation } = manifest;
    return { version: { logId, epoch, position }, causation, resources: this.#resources };
  }

  /** The manifest's position, whether its keys are here or not; 0 where there is none. */
  get manifestPosition(): number {
    return this.#manifest?.position ?? 0;
  }

  #countKey(logId: string, by: 1 | -1): void {
    const keys = (this.#keysByLog.get(logId) ?? 0) + by;
    if (keys === 0) this.#keysByLog.delete(logId);
    else this.#keysByLog.set(logId, keys);
  }
}

type Versioned = Pick<DesiredResource, "logId" | "epoch" | "position">;

/** Versions of different logs can't be compared: the one that the bucket got last stands. */
function isOlder(value: Versioned, held: Versioned): boolean {
  return value.logId === held.logId && compareVersions(value, held) < 0;
}

/** The digest speaks of what is to be there. */
function counts(value: DesiredResource): boolean {
  return value.resource?.$case !== "gone";
}
