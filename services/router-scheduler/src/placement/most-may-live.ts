/** When more than half of the nodes look dead, it is rather the looking that is at fault. */
export function mostMayLive(nodes: Iterable<{ readonly alive: boolean }>): boolean {
  const all = [...nodes];
  return all.filter(({ alive }) => !alive).length * 2 <= all.length;
}
