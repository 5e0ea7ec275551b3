import { cFcntl } from "./libc.ts";

const F_DUPFD_CLOEXEC = 1030;
/** What stays open by the thousand has numbers from here on. Those below are left to libnftables, which waits for its sockets
 *  by select(2): that knows numbers below 1,024 alone, and a process that names another is ended. */
const numberedFrom = 1_024;

/** A second number of an open file: the first is the caller's to close. Undefined: this process may not have so many. */
export function farNumber(file: number): number | undefined {
  const far = cFcntl(file, F_DUPFD_CLOEXEC, numberedFrom);
  return far < 0 ? undefined : far;
}
