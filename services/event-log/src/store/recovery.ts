import { LogDamaged } from "./errors.ts";
import { firstPosition, type LogFile } from "./log-file.ts";
import { decodeRecord, isIntactRecord, type LogRecord, recordSizeAt } from "./record.ts";

/** No write is larger than this, so a crash can't leave a longer torn tail: a batch stops at 4 MiB, and the largest append
 *  on top of it (1 MiB of the smallest events, in a stream of the longest name) comes to less than 10. */
const maxWriteBytes = 16 << 20;
const chunkBytes = 4 << 20;

export interface Recovered {
  /** Bytes of a cut-short write that were given up. None of it was ever acknowledged. */
  readonly cutBytes: number;
}

/**
 * Reads the whole file, hands every record of every complete append to `onRecord`, and cuts a torn tail off.
 *
 * A record that fails its checksum ends the log only where a write can have been cut short, that is, within one write
 * of the file's end. Anywhere else it is damage to acknowledged events, and cutting there would lose them.
 * @throws {LogDamaged}
 */
export async function recover(file: LogFile, onRecord: (record: LogRecord) => void): Promise<Recovered> {
  const size = file.end;
  let wholeUntil = firstPosition;
  let append: LogRecord[] = [];
  for await (const record of intactRecords(file)) {
    append.push(record);
    if (!record.endsAppend) continue;
    for (const whole of append) onRecord(whole);
    append = [];
    wholeUntil = record.position + record.size;
  }
  const cutBytes = size - wholeUntil;
  if (cutBytes > maxWriteBytes) {
    throw new LogDamaged(`the event at position ${wholeUntil} is damaged, and ${cutBytes} bytes follow it`);
  }
  if (cutBytes > 0) await file.cutAt(wholeUntil);
  return { cutBytes };
}

async function* intactRecords(file: LogFile): AsyncGenerator<LogRecord> {
  let position = firstPosition;
  let wanted = chunkBytes;
  while (position < file.end) {
    const bytes = await file.read(position, wanted);
    let offset = 0;
    for (;;) {
      const size = recordSizeAt(bytes, offset);
      if (size === undefined || offset + size > bytes.length) break;
      if (!isIntactRecord(bytes, offset, size)) return;
      yield decodeRecord(bytes, offset, position + offset);
      offset += size;
    }
    position += offset;
    const next = recordSizeAt(bytes, offset) ?? 0;
    const noProgress = offset === 0 && (next <= wanted || next > maxWriteBytes);
    if (noProgress) return;
    wanted = Math.max(chunkBytes, next);
  }
}
