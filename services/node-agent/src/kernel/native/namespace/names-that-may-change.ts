import { statSync } from "node:fs";
import { namespaceFolder } from "./enter-namespace.ts";

/** File systems tell when a folder changed to the last tick of the kernel alone, and a file is mounted on after it is made. */
const coarsenessMs = 500;
/** As long may what others did wait to be found that changed the folder in the same moment as we. */
const restMs = 400;

/** Tells when names of namespaces may have come or gone, by the time at which their folder changed. That is compared with itself
 *  alone: the clock of a process may be another, and be set. */
export class NamesThatMayChange {
  /** Undefined: any may. */
  #folderMs: number | undefined;
  #foundAtMs = 0;
  #lookedAtMs = 0;
  #restsUntilMs = 0;

  /** Whether a look is needed, which is then taken to be made. */
  needLook(): boolean {
    const folderMs = folderMsNow();
    const nowMs = performance.now();
    if (folderMs !== this.#folderMs) {
      this.#folderMs = folderMs;
      this.#foundAtMs = nowMs;
    } else if (nowMs < this.#restsUntilMs) {
      return false;
    } else if (this.#lookedAtMs >= this.#foundAtMs + coarsenessMs) {
      return false;
    }
    this.#lookedAtMs = nowMs;
    return true;
  }

  /** Some did by us, and are known. Many that do so one after the other put off no look for long. */
  ownCameOrWent(): void {
    const nowMs = performance.now();
    this.#folderMs = folderMsNow();
    this.#foundAtMs = nowMs;
    if (this.#restsUntilMs <= this.#lookedAtMs) this.#restsUntilMs = nowMs + restMs;
  }

  /** The next look is needed. */
  anyMay(): void {
    this.#folderMs = undefined;
  }
}

const folderMsNow = (): number => statSync(namespaceFolder, { throwIfNoEntry: false })?.mtimeMs ?? 0;
