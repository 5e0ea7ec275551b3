/** Zones of bridges: Neutron's agents count from here too, above what Open vSwitch hands out. */
const firstZone = 4097;
/** Of 16 bits (struct nf_conntrack_zone). */
const lastZone = 0xffff;

export interface FreeZone {
  readonly zone: number;
  /** An earlier bridge may have left connections in it. */
  readonly used: boolean;
}

/** Hands out zones that no bridge has, the lowest first. One that came back rests until all others were used.
 *  @param isStanding whether a bridge has it.
 *  @param used may have connections; undefined: any may. */
export function freeZones(
  isStanding: (zone: number) => boolean,
  used: ReadonlySet<number> | undefined,
): () => FreeZone {
  const zones = lowestFirst(isStanding, used ?? new Set());
  return () => {
    const { value: free } = zones.next();
    return { zone: free.zone, used: free.used || used === undefined };
  };
}

/** Without an end: the kernel refuses what lies beyond the last. */
function* lowestFirst(isStanding: (zone: number) => boolean, used: ReadonlySet<number>): Generator<FreeZone, never> {
  for (let zone = firstZone; zone <= lastZone; zone += 1) {
    if (!used.has(zone) && !isStanding(zone)) yield { zone, used: false };
  }
  for (let zone = firstZone; ; zone += 1) {
    if ((used.has(zone) || zone > lastZone) && !isStanding(zone)) yield { zone, used: true };
  }
}
