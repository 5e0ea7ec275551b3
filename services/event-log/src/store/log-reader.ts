import { NoSuchPosition } from "./errors.ts";
import { firstPosition, type LogFile } from "./log-file.ts";
import {
  decodeRecord,
  type LogRecord,
  minRecordBytes,
  recordSizeAt,
  recordSizeBefore,
  wholeRecords,
} from "./record.ts";

/** A reader that wants one event should not fetch a quarter of a megabyte; one that wants all should not ask often. */
const firstChunkBytes = 16 << 10;
const chunkBytes = 256 << 10;
/** Holds most events whole. */
const guessedBytes = 2 << 10;

/** The records from `from` up to `end`, in runs. */
export async function* recordsForwards(file: LogFile, from: number, end: number): AsyncGenerator<readonly LogRecord[]> {
  let position = Math.max(from, firstPosition);
  let wanted = firstChunkBytes;
  while (position < end) {
    const recent = file.recentFrom(position)?.filter((record) => record.position < end);
    const last = recent?.at(-1);
    if (recent !== undefined && last !== undefined) {
      position = last.position + last.size;
      yield recent;
      continue;
    }
    const bytes = await file.read(position, Math.min(wanted, end - position));
    const { records, size } = wholeRecords(bytes, position);
    wanted = Math.max(chunkBytes, recordSizeAt(bytes, size) ?? 0);
    position += size;
    if (records.length > 0) yield records;
  }
}

/** The records before `end`, last first, in runs. */
export async function* recordsBackwards(file: LogFile, end: number): AsyncGenerator<LogRecord[]> {
  let position = end;
  let wanted = firstChunkBytes;
  while (position > firstPosition) {
    const start = Math.max(firstPosition, position - wanted);
    const bytes = await file.read(start, position - start);
    const records: LogRecord[] = [];
    let offset = bytes.length;
    while (offset >= minRecordBytes && recordSizeBefore(bytes, offset) <= offset) {
      offset -= recordSizeBefore(bytes, offset);
      records.push(decodeRecord(bytes, offset, start + offset));
    }
    wanted = Math.max(chunkBytes, offset >= minRecordBytes ? recordSizeBefore(bytes, offset) : 0);
    position = start + offset;
    if (records.length > 0) yield records;
  }
}

/** The records at these ascending positions, in runs that lie close enough together for one read. */
export async function* recordsAt(file: LogFile, positions: readonly number[]): AsyncGenerator<LogRecord[]> {
  for (let first = 0; first < positions.length; ) {
    const start = positions[first] ?? 0;
    let next = first + 1;
    while ((positions[next] ?? Number.POSITIVE_INFINITY) < start + chunkBytes) next += 1;
    const run = positions.slice(first, next);
    const bytes = await file.read(start, (run.at(-1) ?? start) - start + guessedBytes);
    yield await Promise.all(run.map((position) => recordIn(bytes, position - start, file, position)));
    first = next;
  }
}

/** The record that a caller says stands at `position`.
 *  @throws {NoSuchPosition} none does: the position is of another log, or of this one before it was put back from a copy. */
export async function requireRecordAt(file: LogFile, position: number): Promise<LogRecord> {
  if (position >= firstPosition && position + minRecordBytes <= file.end) {
    const record = await recordAt(file, position).catch(() => undefined);
    if (record !== undefined && isDelivered(record)) return record;
  }
  throw new NoSuchPosition(`no event stands at position ${position} of this log, which ends at ${file.end}`);
}

async function recordAt(file: LogFile, position: number): Promise<LogRecord> {
  return await recordIn(await file.read(position, guessedBytes), 0, file, position);
}

async function recordIn(bytes: Buffer, offset: number, file: LogFile, position: number): Promise<LogRecord> {
  const size = recordSizeAt(bytes, offset);
  if (size !== undefined && offset + size <= bytes.length) return decodeRecord(bytes, offset, position);
  return decodeRecord(await file.read(position, size ?? guessedBytes), 0, position);
}

/** Whether the frame is as long as it says: bytes from the middle of a record don't fit together like that. */
function isDelivered({ frame }: LogRecord): boolean {
  return frame.length > 5 && frame.readUInt8(0) === 0 && frame.readUInt32BE(1) === frame.length - 5;
}
