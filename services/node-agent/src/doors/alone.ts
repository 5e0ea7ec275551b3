/** Part of the failover delay after which a node that sees nobody closes its doors: early enough that they are closed when
 *  another node opens its own. */
const shareOfDelay = 0.6;

/** Whether the node sees neither the bus nor any peer for so long that others may soon take its routers over. One that has no
 *  peers is never taken over, and one that sees a peer is seen by it.
 *  @param peersSilentMs of each peer that is probed. */
export function isAlone(failoverDelayMs: number, busSilentMs: number, peersSilentMs: readonly number[]): boolean {
  if (failoverDelayMs === 0 || peersSilentMs.length === 0) return false;
  const longestMs = failoverDelayMs * shareOfDelay;
  return busSilentMs >= longestMs && peersSilentMs.every((silentMs) => silentMs >= longestMs);
}
