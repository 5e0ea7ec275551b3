import { fdatasync, readSync, writeSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { LogDamaged, LogNotWritable, WriteOutcomeUnknown } from "./errors.ts";
import { RecentRecords } from "./recent-records.ts";
import type { LogRecord } from "./record.ts";

/** The first bytes of every log file; the number is the format's. */
const signature = Buffer.from("rhumbline event log, format 1\n");
/** Where the first record stands. Above 0, so that 0 can mean "before everything". */
export const firstPosition = 64;
/** Seconds of a busy control plane. */
const recentBytes = 4 << 20;

/**
 * The append-only file that is the log. Bytes up to `end` are on the disk for good; nothing beyond it is ever read.
 * One write at a time: the caller queues.
 */
export class LogFile {
  readonly #handle: FileHandle;
  #end: number;
  #tornTail = false;
  readonly #recent = new RecentRecords(recentBytes);

  private constructor(handle: FileHandle, end: number) {
    this.#handle = handle;
    this.#end = end;
  }

  /** Opens the file, or creates it empty. `end` is the file's size until `cutAt` says how much of it is whole.
   *  @throws {LogDamaged} it is some other program's file, or of a later format. */
  static async open(path: string): Promise<LogFile> {
    const handle = await open(path, "a+").then(async (created) => {
      await created.close();
      return await open(path, "r+");
    });
    const { size } = await handle.stat();
    if (size < firstPosition) await writeHeader(handle);
    else await checkHeader(handle, path);
    return new LogFile(handle, Math.max(size, firstPosition));
  }

  /** Where the next record will stand. */
  get end(): number {
    return this.#end;
  }

  /** Gives up everything from `end` on: the tail of a write that a crash cut short. */
  async cutAt(end: number): Promise<void> {
    this.#end = end;
    await this.#cutTornTail();
  }

  /** Adds bytes at the end and returns once they are on the disk.
   *  @param records that they are. They must not change any more.
   *  @throws {LogNotWritable} nothing of it stays in the file.
   *  @throws {WriteOutcomeUnknown} whether it stays is not known. */
  async append(bytes: Buffer, records: readonly LogRecord[]): Promise<void> {
    if (this.#tornTail) await this.#cutBeforeWriting();
    try {
      writeFully(this.#handle, bytes, this.#end);
      await synced(this.#handle);
    } catch (cause) {
      await this.#takeBack(cause);
    }
    this.#recent.add(records);
    this.#end += bytes.length;
  }

  /** What was written a moment ago, from the record that begins there to the end of that write. Undefined: it has to be
   *  read. */
  recentFrom(position: number): readonly LogRecord[] | undefined {
    return this.#recent.from(position);
  }

  async read(position: number, length: number): Promise<Buffer> {
    const wanted = Math.min(length, this.#end - position);
    const bytes = Buffer.allocUnsafe(wanted);
    const { bytesRead } = await this.#handle.read(bytes, 0, wanted, position);
    if (bytesRead < wanted) throw new LogDamaged(`the log's file lost its bytes from ${position + bytesRead} on`);
    return bytes;
  }

  /** For the few lookups that a decision needs in the middle of a batch. */
  readNow(position: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(Math.min(length, this.#end - position));
    readSync(this.#handle.fd, bytes, 0, bytes.length, position);
    return bytes;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async #takeBack(cause: unknown): Promise<never> {
    this.#tornTail = true;
    try {
      await this.#cutTornTail();
    } catch (cutFailed) {
      const reason = `the write failed (${reasonOf(cause)}) and so did taking it back (${reasonOf(cutFailed)})`;
      throw new WriteOutcomeUnknown(reason, { cause });
    }
    throw new LogNotWritable(reasonOf(cause), { cause });
  }

  async #cutBeforeWriting(): Promise<void> {
    try {
      await this.#cutTornTail();
    } catch (cause) {
      throw new LogNotWritable(reasonOf(cause), { cause });
    }
  }

  /** A truncation that is on the disk: only then is "nothing was written" true, whatever the failed sync left there. */
  async #cutTornTail(): Promise<void> {
    await this.#handle.truncate(this.#end);
    await this.#handle.sync();
    this.#tornTail = false;
  }
}

async function writeHeader(handle: FileHandle): Promise<void> {
  const header = Buffer.alloc(firstPosition);
  header.set(signature);
  await handle.truncate(0);
  writeFully(handle, header, 0);
  await handle.sync();
}

async function checkHeader(handle: FileHandle, path: string): Promise<void> {
  const header = Buffer.alloc(signature.length);
  await handle.read(header, 0, header.length, 0);
  if (!header.equals(signature)) throw new LogDamaged(`${path} is not an event log of format 1`);
}

/** In this turn: it is a copy into the page cache, and handing it to another thread would cost more. */
function writeFully({ fd }: FileHandle, bytes: Buffer, position: number): void {
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(fd, bytes, written, bytes.length - written, position + written);
  }
}

/** By the callback: a handle's own promise makes room for a file's whole status each time. */
function synced({ fd }: FileHandle): Promise<void> {
  return new Promise((resolve, reject) => {
    fdatasync(fd, (cause) => (cause === null ? resolve() : reject(cause)));
  });
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
