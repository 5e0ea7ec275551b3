import { closeSync, fdatasync, fdatasyncSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import { syncFolder, writeAtomically } from "./atomic-file.ts";

/** A file of records, one line each, under a checksum. A tail that a crash tore off is cut away when the file is opened:
 *  its record was never acknowledged to anybody. */
export class RecordFile {
  readonly #path: string;
  #file: number;
  #bytes: number;
  /** Settles when the disk is done with all that it was given. */
  #atDisk: Promise<unknown> | undefined;

  private constructor(path: string, file: number, bytes: number) {
    this.#path = path;
    this.#file = file;
    this.#bytes = bytes;
  }

  /** Opens or makes it. What stands behind the first damaged record is dropped with it.
   *  @returns torn: all that was dropped is one unfinished record, as a crash leaves it. firstBytes: of the first record. */
  static open(path: string): OpenedRecords {
    const file = openSync(path, "a+", 0o600);
    const content = readFileSync(path);
    const { records, firstBytes, soundBytes } = soundRecords(content);
    if (soundBytes < content.length) {
      ftruncateSync(file, soundBytes);
      fdatasyncSync(file);
    }
    syncFolder(dirname(path));
    const torn = content.indexOf(10, soundBytes) < 0;
    const droppedBytes = content.length - soundBytes;
    return { file: new RecordFile(path, file, soundBytes), records, firstBytes, droppedBytes, torn };
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** It outlasts this process at once, and a power cut once a later record is on disk. */
  appendUnsynced(line: RecordLine): void {
    writeWhole(this.#file, line, () => ftruncateSync(this.#file, this.#bytes));
    this.#bytes += line.length;
  }

  /** Has what was appended put on disk, without keeping anybody waiting.
   *  @returns settles when it is there. @throws what the disk says. */
  sync(): Promise<void> {
    const file = this.#file;
    const synced = new Promise<void>((resolve, reject) => {
      fdatasync(file, (error) => (error === null ? resolve() : reject(error)));
    });
    this.#atDisk = Promise.allSettled([this.#atDisk, synced]);
    return synced;
  }

  /** Replaces all records: after a crash the old ones are there or the new ones. */
  rewrite(lines: readonly RecordLine[]): void {
    const content = Buffer.concat(lines);
    writeAtomically(this.#path, content);
    this.close();
    this.#file = openSync(this.#path, "a", 0o600);
    this.#bytes = content.length;
  }

  /** The number of a file that the disk is still given would be another's by then. */
  close(): void {
    const file = this.#file;
    if (this.#atDisk === undefined) closeSync(file);
    else void this.#atDisk.then(() => closeSync(file));
    this.#atDisk = undefined;
  }
}

interface OpenedRecords {
  readonly file: RecordFile;
  readonly records: unknown[];
  readonly firstBytes: number;
  readonly droppedBytes: number;
  readonly torn: boolean;
}

/** A record as it stands in its file: as long as the room that it takes. */
export type RecordLine = Buffer;

export const recordLine = (record: unknown): RecordLine => recordLineOf(JSON.stringify(record));

/** @param text the record as JSON. */
export function recordLineOf(text: string): RecordLine {
  const json = Buffer.from(text);
  return Buffer.concat([Buffer.from(`${checksum(json)} `), json, Buffer.from("\n")]);
}

/** A full disk may take a part: what it took is taken back, so that the next record does not follow half a line. */
function writeWhole(file: number, line: Buffer, takeBack: () => void): void {
  try {
    for (let written = 0; written < line.length; ) written += writeSync(file, line, written);
  } catch (error) {
    takeBack();
    throw error;
  }
}

function soundRecords(content: Buffer): { records: unknown[]; firstBytes: number; soundBytes: number } {
  const records: unknown[] = [];
  let firstBytes = 0;
  let start = 0;
  for (let end = content.indexOf(10, start); end >= 0; end = content.indexOf(10, start)) {
    const json = content.subarray(start + 9, end);
    if (content.toString("latin1", start, start + 9) !== `${checksum(json)} `) break;
    records.push(JSON.parse(json.toString()));
    start = end + 1;
    if (records.length === 1) firstBytes = start;
  }
  return { records, firstBytes, soundBytes: start };
}

function checksum(bytes: Buffer): string {
  return crc32(bytes).toString(16).padStart(8, "0");
}
