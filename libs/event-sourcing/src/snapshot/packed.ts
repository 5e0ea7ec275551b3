import { PersistentMap } from "../persistent-map.ts";
import { VersionedMap } from "../versioned-map.ts";

interface PackedMap {
  readonly "@persistent": [string | number, unknown][];
}

interface PackedVersion {
  readonly "@versioned": [string, unknown][];
}

/** Structured clone knows no PersistentMap and no VersionedMap: those inside an aggregate travel as their entries. */
export function pack(value: unknown): unknown {
  if (value instanceof PersistentMap) {
    return { "@persistent": [...value.entries()].map(([k, v]) => [k, pack(v)]) } as unknown as PackedMap;
  }
  if (value instanceof VersionedMap) {
    return { "@versioned": value.entries().map(([key, each]) => [key, pack(each)]) } satisfies PackedVersion;
  }
  return isPlain(value) ? mapValues(value, pack) : value;
}

export function unpack(value: unknown): unknown {
  if (!isPlain(value)) return value;
  if ("@versioned" in value) {
    const entries = (value as unknown as PackedVersion)["@versioned"];
    return VersionedMap.from(entries.map(([key, each]) => [key, unpack(each)] as const));
  }
  if (!("@persistent" in value)) return mapValues(value, unpack);
  return PersistentMap.from((value as unknown as PackedMap)["@persistent"].map(([k, v]) => [k, unpack(v)] as const));
}

/** How many entries an aggregate holds in maps of its own, and itself. */
export function weightOf(value: unknown): number {
  if (!isPlain(value)) return 1;
  let weight = 1;
  for (const key in value) {
    const each = value[key];
    if (each instanceof VersionedMap || each instanceof PersistentMap) weight += each.size;
  }
  return weight;
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
