import { middleOf } from "../middle.ts";
import { elapsedMs } from "../row.ts";

/** Repeats the work for a time, so many at once.
 *  @returns how many were begun, and are done. */
export async function during(ms: number, atOnce: number, work: () => Promise<unknown>): Promise<number> {
  const end = performance.now() + ms;
  let count = 0;
  const worker = async (): Promise<void> => {
    while (performance.now() < end) {
      count += 1;
      await work();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return count;
}

/** How long the work takes with nothing beside it, repeated for a time.
 *  @returns milliseconds, the middle one. */
export async function medianMs(ms: number, work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  await during(ms, 1, async () => {
    times.push(await elapsedMs(work));
  });
  return middleOf(times);
}
