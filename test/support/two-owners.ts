/** ms since 1970 of each captured packet. */
export const timesOf = (packets: readonly string[]): number[] =>
  packets.map((line) => Number(line.split(" ")[0]) * 1000);

/** For how long two nodes answered for one address at the same time.
 *  @param a and b when each of them sent its answers. */
export function bothAnsweredMs(a: readonly number[], b: readonly number[]): number {
  if (a.length === 0 || b.length === 0) return 0;
  const [firstOfA, lastOfA, firstOfB, lastOfB] = [Math.min(...a), Math.max(...a), Math.min(...b), Math.max(...b)];
  return Math.max(0, Math.round(Math.min(lastOfA, lastOfB) - Math.max(firstOfA, firstOfB)));
}
