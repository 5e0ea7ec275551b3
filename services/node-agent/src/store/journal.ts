import { RecordFile, recordLine } from "./record-file.ts";

/** Below this a base is not written anew. */
const worthRebasingBytes = 64 * 1024;

/** A value in a file: a base, and what changed since. A change costs its own size, whatever the value's; when the changes
 *  have outgrown the base, they become a new one. */
export class Journal<Base, Change> {
  readonly #file: RecordFile;
  #baseBytes: number;

  private constructor(file: RecordFile, baseBytes: number) {
    this.#file = file;
    this.#baseBytes = baseBytes;
  }

  /** Opens or makes it. Changes whose base is lost, or that follow on a damaged one, are worth nothing: a file with
   *  anything but an unfinished last record counts as empty. */
  static open<Base, Change>(path: string): { journal: Journal<Base, Change>; base?: Base; changes: Change[] } {
    const { file, records, firstBytes, torn } = RecordFile.open(path);
    if (!torn) file.rewrite([]);
    const [base, ...changes] = torn ? records : [];
    const journal = new Journal<Base, Change>(file, base === undefined ? 0 : firstBytes);
    return base === undefined
      ? { journal, changes: [] }
      : { journal, base: base as Base, changes: changes as Change[] };
  }

  /** Changes can be kept. */
  get hasBase(): boolean {
    return this.#baseBytes > 0;
  }

  /** Whether the next value is better kept as a base: there is none, or the changes have outgrown it. */
  get wantsBase(): boolean {
    return !this.hasBase || this.#file.bytes > 2 * this.#baseBytes + worthRebasingBytes;
  }

  /** On disk when it returns; after a crash the old value is there, or this one. */
  rebase(base: Base): void {
    this.#file.rewrite([recordLine(base)]);
    this.#baseBytes = this.#file.bytes;
  }

  /** @returns settles when it is on disk. It outlasts this process when it returns. */
  append(change: Change): Promise<void> {
    this.#file.appendUnsynced(recordLine(change));
    return this.#file.sync();
  }

  /** Outlasts this process, and not a power cut. */
  appendUnsynced(change: Change): void {
    this.#file.appendUnsynced(recordLine(change));
  }

  close(): void {
    this.#file.close();
  }
}
