import { eventBody } from "../store/event-frame.ts";
import type { LogFile } from "../store/log-file.ts";
import type { LogRecord } from "../store/record.ts";
import type { IndexedStream } from "../store/stream-index.ts";
import { softDeleted } from "../store/stream-limits.ts";

/** The revisions of a stream that a reader may see; none where first > last. */
export interface VisibleRange {
  readonly first: number;
  readonly last: number;
}

/** What a reader sees of a stream: what is on the disk, less what its metadata hides. Undefined where, to a reader,
 *  the stream does not exist. */
export function visibleRange(stream: IndexedStream | undefined, file: LogFile): VisibleRange | undefined {
  if (stream === undefined || stream.limits.truncateBefore === softDeleted) return undefined;
  const { positions, limits } = stream;
  let last = positions.length - 1;
  while (last >= 0 && (positions[last] ?? 0) >= file.end) last -= 1;
  if (last < 0) return undefined;
  const firstOfMaxCount = limits.maxCount === undefined ? 0 : last + 1 - limits.maxCount;
  return { first: Math.max(0, limits.truncateBefore, firstOfMaxCount), last };
}

export function youngEnough(stream: IndexedStream, nowMs: number): (record: LogRecord) => boolean {
  const { maxAgeMs } = stream.limits;
  if (maxAgeMs === undefined) return () => true;
  return ({ frame }) => eventBody(frame).createdMs > nowMs - maxAgeMs;
}
