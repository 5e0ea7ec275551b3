import { cRead, EAGAIN, errno, systemError } from "./libc.ts";

/** inotify(7). */
export const IN_CLOEXEC_NONBLOCK = 0x80000 | 0x800;
export const IN_Q_OVERFLOW = 0x4000;

/** Of struct inotify_event, before the name. */
const headerBytes = 16;
const received = Buffer.alloc(64 * 1024);

/** Reads what was told since.
 *  @param take is handed by what is watched (negative: none alone), what happened, and in a folder to which name.
 *  @throws Error in the C library's words. */
export function readInotify(fd: number, take: (watch: number, event: number, name: string) => void): void {
  for (;;) {
    const length = cRead(fd, received, received.length);
    if (length < 0 && errno() === EAGAIN) return;
    if (length < 0) throw systemError("read");
    for (let at = 0; at + headerBytes <= length; ) {
      const nameBytes = received.readUInt32LE(at + 12);
      take(received.readInt32LE(at), received.readUInt32LE(at + 4), nameIn(at + headerBytes, nameBytes));
      at += headerBytes + nameBytes;
    }
  }
}

/** It ends with a zero byte, and some more. */
function nameIn(at: number, bytes: number): string {
  return bytes === 0 ? "" : received.toString("utf8", at, received.indexOf(0, at));
}
