import { namespaceFolder } from "./enter-namespace.ts";
import { FolderWrites } from "./folder-writes.ts";

/** A file is mounted on after it is made, of which nobody is told. */
const untilMountedMs = 500;

/** Tells which names of namespaces may have come or gone, or be another's by now. */
export class NamesThatMayChange {
  readonly #folder = new FolderWrites(namespaceFolder);
  /** By name, until when. */
  readonly #untilMs = new Map<string, number>();
  #anyUntilMs = 0;

  /** Those that are to be looked at now. */
  take(): ReadonlySet<string> | "any" {
    const nowMs = performance.now();
    const names = this.#folder.names();
    if (names === undefined) this.#anyUntilMs = nowMs + untilMountedMs;
    for (const name of names ?? []) this.#untilMs.set(name, nowMs + untilMountedMs);
    const taken = new Set(this.#untilMs.keys());
    for (const [name, untilMs] of this.#untilMs) if (untilMs <= nowMs) this.#untilMs.delete(name);
    return nowMs < this.#anyUntilMs ? "any" : taken;
  }

  /** This one is to be looked at once more. */
  may(name: string): void {
    if (!this.#untilMs.has(name)) this.#untilMs.set(name, 0);
  }

  close(): void {
    this.#folder.close();
  }
}
