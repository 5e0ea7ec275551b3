import { jetstreamManager, PubHeaders, StorageType } from "@nats-io/jetstream";
import { type KvEntry, Kvm } from "@nats-io/kv";
import type { Bus } from "../bus/bus.ts";
import { BusUnavailable } from "../bus/bus-errors.ts";
import { bucketOf, jetstreamOf, storedMessagesOf } from "../bus/jetstream-of.ts";
import { asBusError, asWriteError, isStreamNotFound } from "../bus/nats-errors.ts";
import { desiredBucketName, desiredStream, desiredSubjectPrefix } from "./desired-names.ts";
import { type BucketEntry, readBucket } from "./read-bucket.ts";

/** That a key's value may have. */
export const maxDesiredBytes = 64 * 1024;

/** What tells one bucket from another: compare it with `isSameBucket`. */
export interface BucketState {
  /** When the bucket was made: another time is another bucket. */
  readonly created: string;
  /** Of the newest write. It never falls, but when an old copy is restored. */
  readonly lastRevision: number;
  /** Falls without a write when keys were removed by hand. */
  readonly keyCount: number;
}

/** Whether the bucket still holds all it held: false when it was deleted, emptied, or restored from an older copy, and
 *  everything has to be written again. `known` is the state as the only writer knows it: revision of its last write,
 *  number of keys it holds there. */
export function isSameBucket(known: BucketState, now: BucketState | undefined): boolean {
  return (
    now !== undefined &&
    now.created === known.created &&
    now.lastRevision >= known.lastRevision &&
    now.keyCount >= known.keyCount
  );
}

/** Bucket DESIRED as its writer uses it. What is put without waiting for the answer to the put before it is stored behind that
 *  one. Every call throws BusUnavailable while NATS or the bucket is not there. */
export interface DesiredBucket {
  /** Makes the bucket when it is missing: on disk, the last value of each key only. */
  ensure(): Promise<BucketState>;
  /** Undefined where there is no bucket. */
  state(): Promise<BucketState | undefined>;
  /** Writes one key and answers its new revision.
   *  @param value of `maxDesiredBytes` at the most.
   *  @param expectedRevision of the key's last write; 0: the key must not exist.
   *  @throws {WrongRevision} somebody else wrote the key; nothing was written. */
  put(key: string, value: Uint8Array, expectedRevision: number): Promise<number>;
  /** Undefined where there is no such key. */
  get(key: string): Promise<BucketEntry | undefined>;
  /** Every key of a node, or of all nodes. */
  readAll(nodeId?: string): Promise<BucketEntry[]>;
  /** Takes the key out of the bucket, unless it was written after `revision`. Leaves no marker behind. */
  purge(key: string, revision: number): Promise<void>;
}

export function desiredBucket(bus: Bus): DesiredBucket {
  return {
    ensure: () => ensure(bus),
    state: () => bucketState(bus),
    put: (key, value, expectedRevision) => put(bus, key, value, expectedRevision),
    get: (key) => get(bus, key),
    readAll: (nodeId) => readBucket(bus, nodeId === undefined ? ">" : `${nodeId}.>`),
    purge: (key, revision) => purge(bus, key, revision),
  };
}

async function ensure(bus: Bus): Promise<BucketState> {
  try {
    // No direct reads: a replica may answer them with an older value than the one just written.
    const options = { history: 1, storage: StorageType.File, maxValueSize: maxDesiredBytes, allow_direct: false };
    await new Kvm(jetstreamOf(bus)).create(desiredBucketName, options);
  } catch (error) {
    throw asBusError(error, `bucket ${desiredBucketName}`);
  }
  const state = await bucketState(bus);
  if (state === undefined) throw new BusUnavailable(`bucket ${desiredBucketName} was deleted while it was made`);
  return state;
}

async function bucketState(bus: Bus): Promise<BucketState | undefined> {
  try {
    const streams = (await jetstreamManager(bus.nats(), { checkAPI: false })).streams;
    const { created, state } = await streams.info(desiredStream);
    return { created, lastRevision: state.last_seq, keyCount: state.messages };
  } catch (error) {
    if (isStreamNotFound(error)) return undefined;
    throw asBusError(error, `bucket ${desiredBucketName}`);
  }
}

async function put(bus: Bus, key: string, value: Uint8Array, expectedRevision: number): Promise<number> {
  if (value.length > maxDesiredBytes)
    throw new RangeError(`${key}: ${value.length} bytes; a key takes ${maxDesiredBytes}`);
  try {
    return await storedMessagesOf(bus).publish({
      subject: `${desiredSubjectPrefix}${key}`,
      payload: value,
      headers: [[PubHeaders.ExpectedLastSubjectSequenceHdr, String(expectedRevision)]],
    });
  } catch (error) {
    throw asWriteError(error, key, expectedRevision);
  }
}

async function get(bus: Bus, key: string): Promise<BucketEntry | undefined> {
  try {
    return entryOf(await (await bucketOf(bus, desiredBucketName)).get(key));
  } catch (error) {
    throw asBusError(error, key);
  }
}

async function purge(bus: Bus, key: string, revision: number): Promise<void> {
  try {
    const streams = (await jetstreamManager(bus.nats(), { checkAPI: false })).streams;
    await streams.purge(desiredStream, { filter: `${desiredSubjectPrefix}${key}`, seq: revision + 1 });
  } catch (error) {
    throw asBusError(error, key);
  }
}

/** A key that was deleted with a marker (by hand: we leave none) is no key. */
function entryOf(entry: KvEntry | null): BucketEntry | undefined {
  if (entry === null || entry.operation !== "PUT") return undefined;
  return { key: entry.key, value: entry.value, revision: entry.revision };
}
