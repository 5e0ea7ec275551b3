import { farNumber } from "../far-number.ts";
import { cClose } from "../libc.ts";
import { valueIn } from "../namespace/read-sysctls.ts";
import { openSysctl } from "../namespace/sysctl-folders.ts";
import { isBehindRtnl } from "../namespace/sysctls-behind-rtnl.ts";
import type { FileWrites } from "./file-writes.ts";

/** Sysctls that are looked at again and again. An open file of one is that of the namespace in which it was opened, and
 *  keeps no namespace alive. While it is open the kernel has no other of that sysctl, so every write is one to it. What the
 *  kernel would not wait to read is listened to alone: whoever wrote to it may have changed it. */
export class SysctlFiles {
  /** The namespace that they are of; empty: the host's own. */
  readonly netns: string;
  readonly #names: readonly string[];
  readonly #writes: FileWrites;
  readonly #written: () => void;
  readonly #isEachWriteAChange: boolean;
  #read: readonly number[] = [];
  #unread: readonly number[] = [];
  #watches: readonly number[] = [];
  #isRewritten = false;
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
    this.#written = written;
    this.#isEachWriteAChange = isEachWriteAChange;
  }

  /** Somebody read them. What is written from then on until they are open is a change.
   *  @param values of those that are not behind rtnl, without those that this kernel lacks, in their order. */
  wereRead(values: Iterable<string>): void {
    if (this.#files.length === 0) this.#said = textOf([...values]);
  }

  /** The thread is in their namespace. */
  open(): void {
    const opening = (names: readonly string[]) => names.flatMap((name) => opened(this.netns, name));
    this.#read = opening(this.#names.filter((name) => !isBehindRtnl(name)));
    this.#unread = opening(this.#names.filter(isBehindRtnl));
    this.#watches = [...this.#watch(this.#read, this.#isEachWriteAChange), ...this.#watch(this.#unread, true)];
  }

  /** Whether there are some that nobody reads by their files. */
  get areUnread(): boolean {
    return this.#unread.length > 0;
  }

  /** Whether writes to every one of them are told. */
  get areTold(): boolean {
    return this.#watches.length === this.#files.length;
  }

  /** Whether those that are open say something else than when they were read last. */
  changed(): boolean {
    const before = this.#said;
    this.#said = textOf(this.#read.map((file) => valueIn(file) ?? gone));
    const isRewritten = this.#isRewritten;
    this.#isRewritten = false;
    return isRewritten || (before !== undefined && this.#said !== before);
  }

  close(): void {
    for (const watch of this.#watches) this.#writes.forget(watch);
    for (const file of this.#files) cClose(file);
  }

  get #files(): readonly number[] {
    return [...this.#read, ...this.#unread];
  }

  #watch(files: readonly number[], isEachWriteAChange: boolean): number[] {
    const written = (): void => {
      this.#isRewritten ||= isEachWriteAChange;
      this.#written();
    };
    return files.flatMap((file) => this.#writes.watch(file, written) ?? []);
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
