import { hash as hashOnce } from "node:crypto";
import type { ResourceKey } from "./desired-key.ts";

/** What the digest says of one key: a resource that is not gone, and the log position that last changed its value. */
export interface DigestEntry {
  readonly key: ResourceKey;
  readonly position: number;
}

/** A sum modulo 2^128 over the entries: it does not depend on their order, and one entry is added or removed in O(1). */
export type ManifestDigest = bigint;

export const emptyDigest: ManifestDigest = 0n;

const modulus = 1n << 128n;

export function addToDigest(digest: ManifestDigest, entry: DigestEntry): ManifestDigest {
  return (digest + hash(entry)) % modulus;
}

export function removeFromDigest(digest: ManifestDigest, entry: DigestEntry): ManifestDigest {
  return (digest + modulus - hash(entry)) % modulus;
}

/** As NodeManifest.digest carries it: 32 hex digits. */
export function digestText(digest: ManifestDigest): string {
  return digest.toString(16).padStart(32, "0");
}

/** NodeManifest.digest of these entries (rhumbline/agent/v1/desired.proto). */
export function manifestDigest(entries: Iterable<DigestEntry>): string {
  let digest = emptyDigest;
  for (const entry of entries) digest = addToDigest(digest, entry);
  return digestText(digest);
}

/** The first 16 bytes, big-endian, of SHA-256("<key>\n<position>"). */
function hash({ key, position }: DigestEntry): bigint {
  const hex = hashOnce("sha256", `${key}\n${position}`, "hex").slice(0, 32);
  return BigInt(`0x${hex}`);
}
