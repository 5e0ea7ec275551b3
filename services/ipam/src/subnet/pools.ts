import { formatIpAddress, type IpAddress, type IpRange, ipRange, parseIpAddress } from "@rhumbline/net";
import type { AllocationPool } from "@rhumbline/proto/rhumbline/ipam/v1/subnet";
import type { ActiveSubnet } from "./state.ts";

export const rangeOfPool = ({ first, last }: AllocationPool): IpRange =>
  ipRange(parseIpAddress(first), parseIpAddress(last));

export const poolOfRange = ({ first, last }: IpRange): AllocationPool => ({
  first: formatIpAddress(first),
  last: formatIpAddress(last),
});

type Taken = Pick<ActiveSubnet, "ownerByIp" | "released">;

/** The lowest address of the pool that is neither held nor waits among the released, as its canonical text. */
export const lowestUntouched = (pool: AllocationPool, taken: Taken): string | undefined =>
  untouchedFrom(parseIpAddress(pool.first), pool, taken);

/** As `lowestUntouched`, of those behind an address of the pool. The next one is free most often, and is found without any
 *  reckoning in addresses: a rebuild asks for every address that was ever given. */
export function untouchedBehind(ip: string, pool: AllocationPool, taken: Taken): string | undefined {
  const next = ip === pool.last ? undefined : nextInLastOctet(ip);
  if (next !== undefined && isUntouched(next, taken)) return next;
  const { family, value } = parseIpAddress(ip);
  return untouchedFrom({ family, value: value + 1n }, pool, taken);
}

function untouchedFrom({ family, value: first }: IpAddress, pool: AllocationPool, taken: Taken): string | undefined {
  const last = parseIpAddress(pool.last).value;
  for (let value = first; value <= last; value += 1n) {
    const ip = formatIpAddress({ family, value });
    if (isUntouched(ip, taken)) return ip;
  }
  return undefined;
}

const isUntouched = (ip: string, { ownerByIp, released }: Taken): boolean =>
  !ownerByIp.has(ip) && !released.turnByIp.has(ip);

/** Undefined: it is no IPv4 address, or the next one differs in more than its last octet. */
function nextInLastOctet(ip: string): string | undefined {
  const dot = ip.lastIndexOf(".");
  const octet = Number(ip.slice(dot + 1));
  return dot >= 0 && octet < 255 ? ip.slice(0, dot + 1) + (octet + 1) : undefined;
}
