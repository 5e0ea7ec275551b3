import { cPollElsewhere } from "../libc.ts";

const POLLIN = 1;
/** Of struct pollfd: a number of 32 bits, what is asked for, and what is answered. */
const entryBytes = 8;
/** Whoever ends meanwhile waits for the end of this; and each wait costs a tenth of a millisecond. */
const longestMs = 250;
/** What comes in a flock is read together. */
const pauseMs = 5;

/** Calls back each time when there is something to read, within a millisecond, and four times a second when there is nothing:
 *  a thread of the pool waits, which the process has anyway and which enters no namespace.
 *  @returns ends it. */
export function whenReadable(files: readonly { readonly fd: number }[], woken: () => void): () => void {
  // Large enough that the engine does not move it about.
  const entries = Buffer.alloc(4_096);
  for (const [index, { fd }] of files.entries()) {
    entries.writeInt32LE(fd, index * entryBytes);
    entries.writeInt16LE(POLLIN, index * entryBytes + 4);
  }
  const hasCome = (): boolean => files.some((_, index) => entries.readInt16LE(index * entryBytes + 6) !== 0);
  let ended = false;
  const wait = (): void => {
    if (ended) return;
    cPollElsewhere(entries, files.length, longestMs, () => {
      if (ended) return;
      const isFlock = hasCome();
      woken();
      if (isFlock) setTimeout(wait, pauseMs);
      else wait();
    });
  };
  wait();
  return () => {
    ended = true;
  };
}
