import { statSync } from "node:fs";
import { IN_CLOEXEC_NONBLOCK, IN_Q_OVERFLOW, readInotify } from "../inotify.ts";
import { cClose, cInotifyAddWatch, cInotifyInit1, cInotifyRmWatch } from "../libc.ts";

/** IN_MOVED_FROM, IN_MOVED_TO, IN_CREATE, IN_DELETE and IN_ONLYDIR. */
const cameOrWent = 0x40 | 0x80 | 0x100 | 0x200 | 0x1000000;
/** IN_UNMOUNT, IN_Q_OVERFLOW and IN_IGNORED: more came or went than is told, or nothing more will be. */
const isLess = 0x2000 | IN_Q_OVERFLOW | 0x8000;

const noFolder = "none";

/** Tells which names came and went in a folder, by whomever. */
export class FolderWrites {
  readonly #path: string;
  /** Negative: this user may have no more of them. */
  readonly #fd = cInotifyInit1(IN_CLOEXEC_NONBLOCK);
  /** That was there the last time: another may have its path by now. Undefined: to be found out. */
  #folder: string | undefined;
  /** Negative: it is not watched. */
  #watch = -1;

  constructor(path: string) {
    this.#path = path;
  }

  /** Those that came or went since this was asked last; undefined: any may have, as the first time. */
  names(): ReadonlySet<string> | undefined {
    const stats = statSync(this.#path, { throwIfNoEntry: false });
    const folder = stats === undefined ? noFolder : `${stats.dev} ${stats.ino}`;
    const isSame = folder === this.#folder;
    if (!isSame) this.#listenTo(folder);
    const names = this.#read();
    return isSame && (folder === noFolder || this.#watch >= 0) ? names : undefined;
  }

  close(): void {
    if (this.#fd >= 0) cClose(this.#fd);
  }

  #listenTo(folder: string): void {
    if (this.#watch >= 0) cInotifyRmWatch(this.#fd, this.#watch);
    this.#folder = folder;
    this.#watch = folder === noFolder ? -1 : cInotifyAddWatch(this.#fd, this.#path, cameOrWent);
  }

  /** Undefined: not all of them were told. */
  #read(): ReadonlySet<string> | undefined {
    const names = new Set<string>();
    if (this.#fd < 0) return names;
    let areAll = true;
    readInotify(this.#fd, (watch, event, name) => {
      // A folder that was listened to before says so when it no longer is.
      const isOfOther = watch >= 0 && watch !== this.#watch;
      if ((event & isLess) !== 0 && !isOfOther) {
        areAll = false;
        this.#folder = undefined;
      } else if (name !== "") names.add(name);
    });
    return areAll ? names : undefined;
  }
}
