import koffi from "koffi";

/** As large as a program's: libraries called here were written for one. It can be said before the first is loaded alone. */
koffi.config({ ...koffi.config(), sync_stack_size: 8 << 20 });

/** The C library's functions that Node has no equivalent of. They are called synchronously, on the calling thread, unless
 *  their name says otherwise. */
const libc = koffi.load("libc.so.6");

export const cSetns: (fd: number, type: number) => number = libc.func("int setns(int, int)");
export const cUnshare: (flags: number) => number = libc.func("int unshare(int)");
export const cMount: (
  source: string,
  target: string,
  type: string | null,
  flags: number,
  data: string | null,
) => number = libc.func("int mount(str, str, str, ulong, str)");
/** fsopen(2), fsconfig(2) and fsmount(2), which older C libraries lack: by number, which is the same on every processor. */
const fsopen = libc.func("syscall", "long", ["long", "str", "uint"]);
const fsconfig = libc.func("syscall", "long", ["long", "int", "uint", "str", "str", "int"]);
const fsmount = libc.func("syscall", "long", ["long", "int", "uint", "uint"]);
export const cFsopen = (type: string, flags: number): number => fsopen(430, type, flags);
export const cFsconfig = (
  context: number,
  command: number,
  key: string | null,
  value: string | null,
  more: number,
): number => fsconfig(431, context, command, key, value, more);
export const cFsmount = (context: number, flags: number, attributes: number): number =>
  fsmount(432, context, flags, attributes);
export const cUmount2: (target: string, flags: number) => number = libc.func("int umount2(str, int)");
export const cSocket: (domain: number, type: number, protocol: number) => number =
  libc.func("int socket(int, int, int)");
export const cSetsockopt: (fd: number, level: number, name: number, value: Buffer, length: number) => number =
  libc.func("int setsockopt(int, int, int, const void *, uint)");
export const cSend: (fd: number, bytes: Buffer, length: number, flags: number) => number = libc.func(
  "long send(int, const void *, size_t, int)",
);
const sendto = libc.func("long sendto(int, const void *, size_t, int, const void *, uint)");
export const cSendto: (
  fd: number,
  bytes: Buffer,
  length: number,
  flags: number,
  address: Buffer,
  addressLength: number,
) => number = sendto;
/** Has another thread send it, in whatever network namespace that is.
 *  @param bytes the engine does not move them about; nor the address.
 *  @param then called on this thread, with what sendto(2) answered. */
export const cSendtoElsewhere = (fd: number, bytes: Buffer, address: Buffer, then: (sent: number) => void): void =>
  sendto.async(fd, bytes, bytes.length, 0, address, address.length, (_: unknown, sent: number) => then(sent));
export const cRecv: (fd: number, bytes: Buffer, length: number, flags: number) => number = libc.func(
  "long recv(int, _Out_ void *, size_t, int)",
);
/** Makes no file. */
export const cOpenat: (folder: number, path: string, flags: number) => number = libc.func("int openat(int, str, int)");
export const cRead: (fd: number, bytes: Buffer, length: number) => number = libc.func(
  "long read(int, _Out_ void *, size_t)",
);
export const cInotifyInit1: (flags: number) => number = libc.func("int inotify_init1(int)");
export const cInotifyAddWatch: (fd: number, path: string, events: number) => number = libc.func(
  "int inotify_add_watch(int, str, uint)",
);
export const cInotifyRmWatch: (fd: number, watch: number) => number = libc.func("int inotify_rm_watch(int, int)");
/** With an argument that is a number. */
export const cFcntl: (fd: number, command: number, argument: number) => number = libc.func("int fcntl(int, int, int)");
const close = libc.func("int close(int)");
export const cClose: (fd: number) => number = close;
/** Has another thread close it, in whatever network namespace that is: for what the kernel takes long to take down.
 *  @param closed called on this thread. */
export const cCloseElsewhere = (fd: number, closed: () => void): void => close.async(fd, closed);
export const cBind: (fd: number, address: Buffer, length: number) => number = libc.func(
  "int bind(int, const void *, uint)",
);
/** @param message a struct msghdr, by whose pointers it is filled. */
export const cRecvmsg: (fd: number, message: Buffer, flags: number) => number = libc.func(
  "long recvmsg(int, void *, int)",
);
/** @returns 0: there is no such setting. */
export const cMallopt: (setting: number, value: number) => number = libc.func("int mallopt(int, int)");
/** @param kept bytes at the end of what was taken that stay. @returns 1: something was given back. */
export const cMallocTrim: (kept: number) => number = libc.func("int malloc_trim(size_t)");
const poll = libc.func("int poll(void *, ulong, int)");
/** Waits on another thread. @param entries an array of struct pollfd that the engine does not move about.
 *  @param then called on this thread, once one of them has something to tell or the time is over. */
export const cPollElsewhere = (entries: Buffer, count: number, timeoutMs: number, then: () => void): void =>
  poll.async(entries, count, timeoutMs, then);
const strerror: (errno: number) => string = libc.func("str strerror(int)");

export const EINVAL = 22;
export const EAGAIN = 11;

/** The number of the last call's failure. To be read before any other call. */
export const errno = (): number => koffi.errno();

/** What the C library says of a failure: "No such file or directory". */
export const errnoWords = (number: number): string => strerror(number);

/** A call that failed, in the C library's words. */
export function systemError(call: string): Error {
  const number = errno();
  return Object.assign(new Error(`${call}: ${errnoWords(number)}`), { errno: number });
}
