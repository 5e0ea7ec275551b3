import { inNamespace } from "../namespace/enter-namespace.ts";
import { FileWrites } from "./file-writes.ts";
import { SysctlFiles } from "./sysctl-files.ts";

/** How long it takes until every one was looked at. A write is told by the kernel, but not one by another mount of /proc. */
const roundMs = 30_000;
/** Where the kernel does not tell of all of them (fs.inotify.max_user_watches). */
const untoldRoundMs = 900;
/** How long files are opened at once: of a thousand namespaces it takes a second, and who is asked meanwhile keeps others waiting. */
const openingMs = 25;

/** Sysctls of several places, of which the kernel tells nobody what they become: who writes to them is heard, and now and then
 *  they are looked at. They are opened, for that, when there is time: what was written since somebody read them is found then. */
export class WatchedSysctls {
  readonly #writes = new FileWrites();
  readonly #unopened = new Set<SysctlFiles>();
  readonly #open = new Set<SysctlFiles>();
  readonly #written = new Set<SysctlFiles>();
  readonly #untold = new Set<SysctlFiles>();
  readonly #unread: (files: SysctlFiles) => void;
  #next: Iterator<SysctlFiles> = [].values();
  #lookedMs = performance.now();

  /** @param unread called with each among which are some that a look does not read, as often as it is looked at. */
  constructor(unread: (files: SysctlFiles) => void = () => undefined) {
    this.#unread = unread;
  }

  /** Readable when somebody wrote to one. */
  get fd(): number {
    return this.#writes.fd;
  }

  /** Sysctls of a place, until they are forgotten.
   *  @param isEachWriteAChange even one of the value that there is. */
  watch(place: string, names: readonly string[], { isEachWriteAChange = false } = {}): SysctlFiles {
    const written = (): void => void this.#written.add(files);
    const files: SysctlFiles = new SysctlFiles(place, names, this.#writes, written, isEachWriteAChange);
    this.#unopened.add(files);
    return files;
  }

  forget(files: SysctlFiles): void {
    files.close();
    for (const known of [this.#unopened, this.#open, this.#written, this.#untold]) known.delete(files);
  }

  /** Opens as many as there is time for.
   *  @param changed called with each that are otherwise than they were read. */
  openSome(changed: (files: SysctlFiles) => void): void {
    const untilMs = performance.now() + openingMs;
    for (const files of this.#unopened) {
      if (performance.now() > untilMs) return;
      if (this.#opened(files)) this.#lookAt(files, changed);
    }
  }

  /** Whether it is told at once when somebody writes to one of them. */
  hears(files: SysctlFiles): boolean {
    return this.#open.has(files) && !this.#untold.has(files);
  }

  /** @param changed called with each that are otherwise by what was written.
   *  @returns whether all that was written is known; false: it was more than the kernel tells. */
  hear(changed: (files: SysctlFiles) => void): boolean {
    const whole = this.#writes.read();
    for (const files of this.#written) this.#compare(files, changed);
    this.#written.clear();
    return whole;
  }

  /** Looks at as many as are due since the last look.
   *  @param changed as of hear. */
  look(changed: (files: SysctlFiles) => void): void {
    const nowMs = performance.now();
    const share = (nowMs - this.#lookedMs) / (this.#untold.size > 0 ? untoldRoundMs : roundMs);
    this.#lookedMs = nowMs;
    for (let left = Math.ceil(this.#open.size * Math.min(1, share)); left > 0; left -= 1) {
      const { done, value } = this.#next.next();
      if (done) this.#next = this.#open.values();
      else this.#lookAt(value, changed);
    }
  }

  close(): void {
    for (const files of this.#open) files.close();
    this.#writes.close();
  }

  /** @returns false: there is no such namespace now; whoever looks at namespaces will hear of it. */
  #opened(files: SysctlFiles): boolean {
    try {
      inNamespace(files.netns, () => files.open());
    } catch {
      return false;
    }
    this.#unopened.delete(files);
    this.#open.add(files);
    if (!files.areTold) this.#untold.add(files);
    return true;
  }

  #lookAt(files: SysctlFiles, changed: (files: SysctlFiles) => void): void {
    this.#compare(files, changed);
    if (files.areUnread) this.#unread(files);
  }

  #compare(files: SysctlFiles, changed: (files: SysctlFiles) => void): void {
    if (files.changed()) changed(files);
  }
}
