/** Which of its events a stream still shows: `$tb`, `$maxCount` and `$maxAge` of its `$metadata`, applied when it is read. */
export interface StreamLimits {
  /** Events of a lower revision are not shown. `softDeleted` hides all there are. */
  readonly truncateBefore: number;
  readonly maxCount: number | undefined;
  readonly maxAgeMs: number | undefined;
}

/** KurrentDB's mark of a stream deleted but not tombstoned: 2^63 - 1, as near as a double comes to it. */
export const softDeleted = 2 ** 63;
export const noLimits: StreamLimits = { truncateBefore: 0, maxCount: undefined, maxAgeMs: undefined };

/** The stream whose `$metadata` events `metadataStream` holds, or undefined where it is no metadata stream. */
export function describedStream(metadataStream: string): string | undefined {
  return metadataStream.startsWith("$$") ? metadataStream.slice(2) : undefined;
}

/** @param json data of a `$metadata` event. What is no number there limits nothing, as in KurrentDB. */
export function parseLimits(json: Uint8Array): StreamLimits {
  const { $tb, $maxCount, $maxAge } = parseObject(json);
  const maxAgeSeconds = count($maxAge);
  return {
    truncateBefore: count($tb) ?? 0,
    maxCount: count($maxCount),
    maxAgeMs: maxAgeSeconds === undefined ? undefined : maxAgeSeconds * 1000,
  };
}

function parseObject(json: Uint8Array): { $tb?: unknown; $maxCount?: unknown; $maxAge?: unknown } {
  try {
    const value: unknown = JSON.parse(Buffer.from(json).toString("utf8"));
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    // The log takes any bytes as data; metadata that is not JSON limits nothing.
    return {};
  }
}

function count(value: unknown): number | undefined {
  return typeof value === "number" && value >= 0 ? value : undefined;
}
