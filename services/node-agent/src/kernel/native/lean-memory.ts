import { cMallocTrim, cMallopt } from "./libc.ts";

/** Settings of mallopt(3). */
const M_TRIM_THRESHOLD = -1;
const M_MMAP_THRESHOLD = -3;
const M_ARENA_MAX = -8;
/** More than libnftables' tables of 128 KiB: to map those anew for each list would cost more than it gives back. */
const largeBytes = 256 * 1024;
/** More than it takes for a list, and gives up after it: to have the kernel clear that each time takes longer than the list. */
const keptBytes = 8 << 20;

/** Has all threads of the process take memory from one place. By itself each thread keeps what it once had: after a start over a
 *  thousand routers 60 MB that nobody uses. */
export function keepMemoryLean(): void {
  cMallopt(M_ARENA_MAX, 1);
  cMallopt(M_MMAP_THRESHOLD, largeBytes);
  cMallopt(M_TRIM_THRESHOLD, keptBytes);
}

/** Gives back to the kernel what nobody uses. It takes milliseconds, and whoever takes memory waits for it. */
export const giveMemoryBack = (): void => void cMallocTrim(0);
