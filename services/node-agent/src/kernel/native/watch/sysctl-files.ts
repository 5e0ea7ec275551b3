import { farNumber } from "../far-number.ts";
import { cClose } from "../libc.ts";
import { valueIn } from "../namespace/read-sysctls.ts";
import { openSysctl } from "../namespace/sysctl-folders.ts";
import type { FileWrites } from "./file-writes.ts";

/** Sysctls that are looked at again and again. An open file of one is that of the namespace in which it was opened, and
 *  keeps no namespace alive. While it is open the kernel has no other of that sysctl, so every write is one to it. */
export class SysctlFiles {
  /** The namespace that they are of; empty: the host's own. */
  readonly netns: string;
  readonly #names: readonly string[];
  readonly #writes: FileWrites;
  readonly #written: () => void;
  #files: readonly number[] = [];
  #watches: readonly number[] = [];
  readonly #isEachWriteAChange: boolean;
  #isWritten = false;
  /** When they were read last; undefined: nobody knows of a value that could be otherwise by now. */
  #said: string | undefined;

  /** @param netns the namespace that they are of; empty: the host's own.
   *  @param written called when somebody wrote to one, once they are open.
   *  @param isEachWriteAChange even one of the value that there is. */
  constructor(
    netns: string,
    names: readonly string[],
    writes: FileWrites,
    written: () => void,
    isEachWriteAChange = false,
  ) {
    this.netns = netns;
    this.#names = names;
    this.#writes = writes;
    this.#written = () => {
      this.#isWritten = true;
      written();
    };
    this.#isEachWriteAChange = isEachWriteAChange;
  }

  /** Somebody read them. What is written from then on until they are open is a change.
   *  @param values without those that this kernel lacks, in their order. */
  wereRead(values: Iterable<string>): void {
    if (this.#files.length === 0) this.#said = textOf([...values]);
  }

  /** The thread is in their namespace. */
  open(): void {
    this.#files = this.#names.flatMap((name) => opened(this.netns, name));
    this.#watches = this.#files.flatMap((file) => this.#writes.watch(file, this.#written) ?? []);
  }

  /** Whether writes to every one of them are told. */
  get areTold(): boolean {
    return this.#watches.length === this.#files.length;
  }

  /** Whether those that are open say something else than when they were read last. */
  changed(): boolean {
    const before = this.#said;
    this.#said = textOf(this.#files.map((file) => valueIn(file) ?? gone));
    const isRewritten = this.#isEachWriteAChange && this.#isWritten;
    this.#isWritten = false;
    return isRewritten || (before !== undefined && this.#said !== before);
  }

  close(): void {
    for (const watch of this.#watches) this.#writes.forget(watch);
    for (const file of this.#files) cClose(file);
  }
}

/** No sysctl's value. */
const gone = "-";
const textOf = (values: readonly string[]): string => values.join(" ");

function opened(netns: string, name: string): number[] {
  const file = openSysctl(netns, name, 0);
  if (file === undefined) return [];
  const far = farNumber(file);
  // A process that may not have so many can't have so many namespaces either.
  if (far === undefined) return [file];
  cClose(file);
  return [far];
}
