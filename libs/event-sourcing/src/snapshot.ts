import { mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { crc32 } from "node:zlib";
import type { FoldImage } from "./fold.ts";
import { PersistentMap } from "./persistent-map.ts";
import { SortedIds } from "./sorted-ids.ts";
import { VersionedMap } from "./versioned-map.ts";

/** A fold saved to begin from. Worth nothing by itself: deleting it changes nothing but the time a start takes. */
export interface Snapshots<S extends object> {
  /** Undefined when there is none that this build can use: absent, damaged, or of another build's fold. */
  load(logId: string): Promise<FoldImage<S> | undefined>;
  /** Written beside the old one and put in its place, in slices that let other work run. */
  save(logId: string, image: FoldImage<S>): Promise<void>;
}

const entriesPerSlice = 1_000;
const magic = "RHUMBSNP3";

/** @param build the hash of the code that folds; a snapshot of another one is not used. */
export function snapshotsIn<S extends object>(directory: string, build: string, initialState: () => S): Snapshots<S> {
  const file = join(directory, "snapshot.bin");
  return {
    async load(logId) {
      const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return undefined;
        throw error;
      });
      return bytes && decode(bytes, build, logId, initialState());
    },
    async save(logId, image) {
      // Before anything is awaited: the fold goes on meanwhile.
      const slices = slicesOf(image);
      await mkdir(directory, { recursive: true });
      let checksum = 0;
      const handle = await open(`${file}.new`, "w");
      try {
        await handle.write(Buffer.alloc(headerBytes));
        for (const slice of slices) {
          const bytes = serialize(slice());
          const length = Buffer.alloc(4);
          length.writeUInt32LE(bytes.length);
          checksum = crc32(bytes, crc32(length, checksum));
          await handle.write(length);
          await handle.write(bytes);
        }
        await handle.write(header(build, logId, checksum), 0, headerBytes, 0);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(`${file}.new`, file);
    },
  };
}

const headerBytes = 512;

function header(build: string, logId: string, checksum: number): Buffer {
  const bytes = Buffer.alloc(headerBytes);
  bytes.write(JSON.stringify({ magic, build, logId, checksum } satisfies Header));
  return bytes;
}

interface Slice {
  readonly collection: string;
  /** Of a map's entries; undefined: the one value is the collection. */
  readonly keys: readonly unknown[] | undefined;
  /** A column: an array for each entry would be as much to read again as most values are. */
  readonly values: readonly unknown[];
  /** Structured clone knows no SortedIds: each travels as its ids. */
  readonly form: "as it is" | "packed" | "ids";
}

/** Maps are copied now, shallowly: aggregates are never changed in place, so what is serialised later is still of this
 *  moment. Indexes are changed in place, and copied too. */
function slicesOf<S extends object>({ state, revisions, writers, requests, ...rest }: FoldImage<S>): (() => Slice)[] {
  const slices: (() => Slice)[] = [() => sliceOf("@rest", undefined, [rest])];
  const add = (name: string, value: unknown): void => {
    const keys = value instanceof Map ? [...value.keys()] : undefined;
    const present = value instanceof Map ? [...value.values()] : [value];
    const ids = present.flatMap((each) => (each instanceof SortedIds ? [each.toArray()] : []));
    const values = ids.length > 0 ? ids : present;
    const form = ids.length > 0 ? "ids" : undefined;
    for (let i = 0; i < values.length; i += entriesPerSlice) {
      const end = i + entriesPerSlice;
      slices.push(() => sliceOf(name, keys?.slice(i, end), values.slice(i, end), form));
    }
  };
  add("@revisions", revisions);
  add("@writers", writers);
  add("@requests", requests);
  for (const [name, value] of Object.entries(state)) add(name, value);
  return slices;
}

function sliceOf(collection: string, keys: Slice["keys"], values: Slice["values"], form?: "ids"): Slice {
  if (form === "ids") return { collection, keys, values, form };
  const packed = values.map(pack);
  return {
    collection,
    keys,
    values: packed,
    form: packed.every((each, i) => each === values[i]) ? "as it is" : "packed",
  };
}

function valuesOf({ values, form }: Slice): readonly unknown[] {
  if (form === "ids") return (values as readonly string[][]).map((ids) => SortedIds.from(ids));
  return form === "packed" ? values.map(unpack) : values;
}

function decode<S extends object>(bytes: Buffer, build: string, logId: string, state: S): FoldImage<S> | undefined {
  const head = parseHeader(bytes);
  if (head?.magic !== magic || head.build !== build || head.logId !== logId) return undefined;
  const body = bytes.subarray(headerBytes);
  if (crc32(body) !== head.checksum) return undefined;
  const parts = new Map<string, unknown>();
  for (let at = 0; at < body.length; ) {
    const length = body.readUInt32LE(at);
    const slice = deserialize(body.subarray(at + 4, at + 4 + length)) as Slice;
    const { collection, keys } = slice;
    const values = valuesOf(slice);
    if (keys === undefined) parts.set(collection, values[0]);
    else {
      const present = parts.get(collection);
      const map = present instanceof Map ? present : new Map<unknown, unknown>();
      for (let i = 0; i < keys.length; i += 1) map.set(keys[i], values[i]);
      parts.set(collection, map);
    }
    at += 4 + length;
  }
  for (const name of Object.keys(state)) if (parts.has(name)) Object.assign(state, { [name]: parts.get(name) });
  const rest = parts.get("@rest") as Pick<FoldImage<S>, "lastEvent" | "timeMs">;
  const mapOf = (name: string) => (parts.get(name) ?? new Map()) as never;
  return { ...rest, state, revisions: mapOf("@revisions"), writers: mapOf("@writers"), requests: mapOf("@requests") };
}

interface Header {
  readonly magic: string;
  readonly build: string;
  readonly logId: string;
  /** CRC-32 of all that follows: it is damage that it tells, not malice. */
  readonly checksum: number;
}

function parseHeader(bytes: Buffer): Header | undefined {
  const text = bytes.subarray(0, headerBytes).toString("utf8");
  try {
    return JSON.parse(text.slice(0, text.indexOf("\0"))) as Header;
  } catch {
    // A damaged header is the same as none: the log has everything.
    return undefined;
  }
}

interface PackedMap {
  readonly "@persistent": [string | number, unknown][];
}

interface PackedVersion {
  readonly "@versioned": [string, unknown][];
}

/** Structured clone knows no PersistentMap and no VersionedMap: those inside an aggregate travel as their entries. */
function pack(value: unknown): unknown {
  if (value instanceof PersistentMap) {
    return { "@persistent": [...value.entries()].map(([k, v]) => [k, pack(v)]) } as unknown as PackedMap;
  }
  if (value instanceof VersionedMap) {
    return { "@versioned": value.entries().map(([key, each]) => [key, pack(each)]) } satisfies PackedVersion;
  }
  return isPlain(value) ? mapValues(value, pack) : value;
}

function unpack(value: unknown): unknown {
  if (!isPlain(value)) return value;
  if ("@versioned" in value) {
    const entries = (value as unknown as PackedVersion)["@versioned"];
    return VersionedMap.from(entries.map(([key, each]) => [key, unpack(each)] as const));
  }
  if (!("@persistent" in value)) return mapValues(value, unpack);
  return PersistentMap.from((value as unknown as PackedMap)["@persistent"].map(([k, v]) => [k, unpack(v)] as const));
}

/** The same record where none of its values changes: most hold nothing that travels in another form, and a copy would be
 *  slower and larger than what was read. */
function mapValues(
  record: Record<string, unknown>,
  change: (value: unknown) => unknown,
): Readonly<Record<string, unknown>> {
  let changed: Record<string, unknown> | undefined;
  for (const key of Object.keys(record)) {
    const value = change(record[key]);
    if (value === record[key]) continue;
    changed ??= { ...record };
    changed[key] = value;
  }
  return changed ?? record;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
