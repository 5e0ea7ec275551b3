import { closeSync, openSync, readSync } from "node:fs";
import { farNumber } from "../far-number.ts";
import { cClose } from "../libc.ts";
import { sysctlPath } from "../observe/observe-sysctls.ts";

const read = Buffer.alloc(32);

/** Sysctls that are looked at again and again. An open file of one is that of the namespace in which it was opened, and
 *  keeps no namespace alive. */
export class SysctlFiles {
  readonly #files: readonly number[];
  #said: string;

  /** Those of the thread's namespace. What this kernel lacks is left out. */
  constructor(names: readonly string[]) {
    this.#files = names.flatMap(opened);
    this.#said = this.#values();
  }

  /** Whether they say something else than at the last look. */
  changed(): boolean {
    const before = this.#said;
    this.#said = this.#values();
    return this.#said !== before;
  }

  close(): void {
    for (const file of this.#files) cClose(file);
  }

  #values(): string {
    let values = "";
    for (const file of this.#files) values += readFrom(file);
    return values;
  }
}

function opened(name: string): number[] {
  let file: number;
  try {
    file = openSync(sysctlPath(name), "r");
  } catch {
    return [];
  }
  const far = farNumber(file);
  // A process that may not have so many can't have so many namespaces either.
  if (far === undefined) return [file];
  closeSync(file);
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
