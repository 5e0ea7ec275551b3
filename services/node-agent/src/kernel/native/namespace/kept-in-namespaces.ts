import { statSync } from "node:fs";
import { goneWords } from "../../unless-unreadable.ts";
import { inNamespace, namespaceFolder } from "./enter-namespace.ts";

/** Not for long: what is open in a namespace keeps it alive. */
const keptMs = 1_000;
/** Nor too many: libnftables waits by select(2), which knows file numbers below 1,024 alone. */
const mostKept = 64;

interface Kept<T> {
  readonly open: T;
  /** Of the namespace that it was opened in: another may have the name by now. */
  readonly inode: number;
}

/** Sockets, and what has some. One of netfilter that is closed while the kernel still forgets deleted rules waits for that,
 *  10 ms and more: the host's stay open for ever, a namespace's for a second. */
export class KeptInNamespaces<T> {
  readonly #open: () => T;
  readonly #close: (open: T) => void;
  readonly #most: number;
  readonly #kept = new Map<string, Kept<T>>();

  /** @param most of how many namespaces, where those are large. */
  constructor(open: () => T, close: (open: T) => void, most = mostKept) {
    this.#open = open;
    this.#close = close;
    this.#most = most;
  }

  /** Does something with what is open there. Where that fails it is not kept: an answer may still be under way in it.
   *  @throws Error with code ENOENT, in nsenter's words, when there is no such namespace. */
  use<R>(netns: string, work: (open: T) => R): R {
    try {
      return work(this.in(netns));
    } catch (error) {
      this.leave(netns);
      throw error;
    }
  }

  /** What is open there, until this is asked for that of another namespace, or the thread does something else.
   *  @throws Error with code ENOENT, in nsenter's words, when there is no such namespace. */
  in(netns: string): T {
    const inode = netns === "" ? 0 : statSync(`${namespaceFolder}/${netns}`, { throwIfNoEntry: false })?.ino;
    if (inode === undefined) throw Object.assign(new Error(goneWords(netns)), { code: "ENOENT" });
    const before = this.#kept.get(netns);
    if (before?.inode === inode) return before.open;
    this.leave(netns);
    for (const [oldest] of this.#kept) if (this.#kept.size >= this.#most && oldest !== "") this.leave(oldest);
    const kept = { open: inNamespace(netns, this.#open), inode };
    this.#kept.set(netns, kept);
    if (netns !== "") setTimeout(() => this.#kept.get(netns) === kept && this.leave(netns), keptMs).unref();
    return kept.open;
  }

  leave(netns: string): void {
    const kept = this.#kept.get(netns);
    this.#kept.delete(netns);
    if (kept !== undefined) this.#close(kept.open);
  }
}
