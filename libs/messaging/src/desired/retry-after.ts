const shortestMs = 500;
const longestMs = 30_000;

/** After how many ms to ask again to read the bucket from its start. A server goes through all of it for each reader that
 *  begins, and answers nothing else on that connection meanwhile: many readers that ask again as soon as they gave up would
 *  keep it from ever answering one. So each waits longer from time to time, and as long as chance has it.
 *  @param unanswered times in a row that the server had not answered in time. @param chance from 0 to 1. */
export function retryAfterMs(unanswered: number, chance: number): number {
  if (unanswered === 0) return shortestMs;
  return shortestMs + chance * Math.min(longestMs, shortestMs * 2 ** unanswered);
}
