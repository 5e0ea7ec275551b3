import { IN_CLOEXEC_NONBLOCK, IN_Q_OVERFLOW, readInotify } from "../inotify.ts";
import { cClose, cInotifyAddWatch, cInotifyInit1, cInotifyRmWatch, systemError } from "../libc.ts";

/** inotify(7). */
const IN_MODIFY = 0x2;

/** Tells that somebody wrote to files that this process holds open. A write of another mount of their file system, such as
 *  the /proc of a container with processes of its own, is one to another file. */
export class FileWrites {
  readonly fd: number;
  readonly #written = new Map<number, () => void>();

  /** @throws Error in the C library's words. */
  constructor() {
    this.fd = cInotifyInit1(IN_CLOEXEC_NONBLOCK);
    if (this.fd < 0) throw systemError("inotify_init1");
  }

  /** @param written called by `read`.
   *  @returns by which it is forgotten; undefined: the kernel watches no more files for this user. */
  watch(file: number, written: () => void): number | undefined {
    const watch = cInotifyAddWatch(this.fd, `/proc/self/fd/${file}`, IN_MODIFY);
    if (watch < 0) return undefined;
    this.#written.set(watch, written);
    return watch;
  }

  forget(watch: number): void {
    this.#written.delete(watch);
    cInotifyRmWatch(this.fd, watch);
  }

  /** Calls back for each write that was told of since.
   *  @returns whether all were; false: there were more than the kernel keeps. */
  read(): boolean {
    let whole = true;
    readInotify(this.fd, (watch, event) => {
      if ((event & IN_Q_OVERFLOW) !== 0) whole = false;
      else if ((event & IN_MODIFY) !== 0) this.#written.get(watch)?.();
    });
    return whole;
  }

  close(): void {
    cClose(this.fd);
  }
}
