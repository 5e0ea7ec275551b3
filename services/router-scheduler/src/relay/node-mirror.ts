import { canonicalText } from "@rhumbline/event-sourcing";
import {
  addToDigest,
  type BucketEntry,
  decodeDesiredResource,
  decodeNodeManifest,
  digestText,
  emptyDigest,
  type ManifestDigest,
  removeFromDigest,
} from "@rhumbline/messaging";
import type { NodeManifest } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import type { ResourceKey } from "../compile/resource-key.ts";
import { type DesiredEntry, isGone, type NodeDesired } from "../compile/state.ts";

/** A key as the bucket holds it. */
export interface HeldKey {
  readonly revision: number;
  /** The compiled entry that it holds; undefined: something else. */
  readonly entry: DesiredEntry | undefined;
  /** It says that the resource is to be removed. */
  readonly gone: boolean;
  /** Of the log that is followed, or of another. */
  readonly ours: boolean;
}

export interface HeldManifest {
  readonly revision: number;
  /** Undefined: what is there is none of ours. */
  readonly manifest: NodeManifest | undefined;
}

/** What the bucket holds of one node, as its writer read it and has written it since. */
export class NodeMirror {
  readonly #held = new Map<ResourceKey, HeldKey>();
  #digest: ManifestDigest = emptyDigest;
  #keyCount = 0;
  manifest: HeldManifest = { revision: 0, manifest: undefined };

  get held(): ReadonlyMap<ResourceKey, HeldKey> {
    return this.#held;
  }

  /** Of what is held and not gone, as a manifest says it. */
  get digest(): string {
    return digestText(this.#digest);
  }

  get keyCount(): number {
    return this.#keyCount;
  }

  /** Keys in the bucket, the manifest's included. */
  get size(): number {
    return this.#held.size + (this.manifest.revision === 0 ? 0 : 1);
  }

  set(key: ResourceKey, held: HeldKey): void {
    this.#count(key, this.#held.get(key), -1);
    this.#held.set(key, held);
    this.#count(key, held, 1);
  }

  /** Of a key that is held as it was set, now that it is stored. */
  stored(key: ResourceKey, revision: number): void {
    const held = this.#held.get(key);
    if (held !== undefined) this.#held.set(key, { ...held, revision });
  }

  delete(key: ResourceKey): void {
    this.#count(key, this.#held.get(key), -1);
    this.#held.delete(key);
  }

  #count(key: ResourceKey, held: HeldKey | undefined, by: 1 | -1): void {
    if (held?.entry === undefined || isGone(held.entry)) return;
    const { position } = held.entry;
    this.#keyCount += by;
    this.#digest = (by === 1 ? addToDigest : removeFromDigest)(this.#digest, { key, position });
  }
}

/** Takes in a key that was read from the bucket. What can't be decoded is something to be written over. */
export function readIntoMirror(
  mirror: NodeMirror,
  key: ResourceKey,
  { key: name, value, revision }: BucketEntry,
  desired: NodeDesired | undefined,
  logId: string,
): void {
  const held = decoded(() => decodeDesiredResource(value, name));
  const ours = held?.logId === logId;
  const entry = desired?.entries.get(key);
  const same =
    ours && held?.position === entry?.position && canonicalText(held?.resource) === canonicalText(entry?.resource);
  mirror.set(key, { revision, entry: same ? entry : undefined, gone: held?.resource?.$case === "gone", ours });
}

export function readManifestIntoMirror(mirror: NodeMirror, { key, value, revision }: BucketEntry): void {
  mirror.manifest = { revision, manifest: decoded(() => decodeNodeManifest(value, key)) };
}

function decoded<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch {
    // Only the owner of the bucket writes here: whatever this is, it is to be replaced.
    return undefined;
  }
}
