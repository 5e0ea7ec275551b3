import { readSync } from "node:fs";
import { farNumber } from "../far-number.ts";
import { cClose } from "../libc.ts";
import { openSysctl } from "../namespace/sysctl-folders.ts";
import type { FileWrites } from "./file-writes.ts";

const read = Buffer.alloc(32);

/** Sysctls that are looked at again and again. An open file of one is that of the namespace in which it was opened, and
 *  keeps no namespace alive. While it is open the kernel has no other of that sysctl, so every write is one to it. */
export class SysctlFiles {
  readonly #files: readonly number[];
  readonly #writes: FileWrites;
  readonly #watches: readonly number[];
  #said: string;

  /** What this kernel lacks is left out.
   *  @param netns the namespace that the thread is in.
   *  @param written called when somebody wrote to one. */
  constructor(netns: string, names: readonly string[], writes: FileWrites, written: () => void) {
    this.#files = names.flatMap((name) => opened(netns, name));
    this.#writes = writes;
    this.#watches = this.#files.flatMap((file) => writes.watch(file, written) ?? []);
    this.#said = this.#values();
  }

  /** Whether writes to every one of them are told. */
  get areTold(): boolean {
    return this.#watches.length === this.#files.length;
  }

  /** Whether they say something else than at the last look. */
  changed(): boolean {
    const before = this.#said;
    this.#said = this.#values();
    return this.#said !== before;
  }

  close(): void {
    for (const watch of this.#watches) this.#writes.forget(watch);
    for (const file of this.#files) cClose(file);
  }

  #values(): string {
    let values = "";
    for (const file of this.#files) values += readFrom(file);
    return values;
  }
}

function opened(netns: string, name: string): number[] {
  const file = openSysctl(netns, name, 0);
  if (file === undefined) return [];
  const far = farNumber(file);
  // A process that may not have so many can't have so many namespaces either.
  if (far === undefined) return [file];
  cClose(file);
  return [far];
}

/** That of a namespace that is gone can't be read: another value than it had. */
function readFrom(file: number): string {
  try {
    return read.toString("latin1", 0, readSync(file, read, 0, read.length, 0));
  } catch {
    return "-";
  }
}
