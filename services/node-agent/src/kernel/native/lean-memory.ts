import { cMallopt } from "./libc.ts";

/** Settings of mallopt(3). */
const M_TRIM_THRESHOLD = -1;
const M_MMAP_THRESHOLD = -3;
const M_ARENA_MAX = -8;
/** What glibc begins with, and raises by itself where nobody sets it. */
const largeBytes = 128 * 1024;

/** Has the process give back what it no longer needs. By itself each thread keeps what it once had, and a start over a
 *  thousand routers leaves 60 MB of it. */
export function keepMemoryLean(): void {
  cMallopt(M_ARENA_MAX, 1);
  cMallopt(M_MMAP_THRESHOLD, largeBytes);
  cMallopt(M_TRIM_THRESHOLD, largeBytes);
}
