import { type Cidr, cidrContainsCidr, compareCidrs } from "@rhumbline/net";

/** The same addresses without those prefixes that lie in another, in order: a set of intervals takes none that overlap. */
export function smallestCover(prefixes: readonly Cidr[]): Cidr[] {
  const cover: Cidr[] = [];
  for (const prefix of [...prefixes].sort(compareCidrs)) {
    const last = cover.at(-1);
    // In order, a prefix comes before those that lie in it.
    if (last !== undefined && last.network.family === prefix.network.family && cidrContainsCidr(last, prefix)) continue;
    cover.push(prefix);
  }
  return cover;
}
