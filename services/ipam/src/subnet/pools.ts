import { formatIpAddress, type IpAddress, type IpRange, ipRange, parseIpAddress } from "@rhumbline/net";
import type { AllocationPool } from "@rhumbline/proto/rhumbline/ipam/v1/subnet";
import type { ActiveSubnet } from "./state.ts";

export const rangeOfPool = ({ first, last }: AllocationPool): IpRange =>
  ipRange(parseIpAddress(first), parseIpAddress(last));

export const poolOfRange = ({ first, last }: IpRange): AllocationPool => ({
  first: formatIpAddress(first),
  last: formatIpAddress(last),
});

/** The lowest address of the pool from `from` on that is neither held nor waits among the released. */
export function lowestUntouched(
  pool: AllocationPool,
  from: IpAddress,
  taken: Pick<ActiveSubnet, "ownerByIp" | "released">,
): bigint | undefined {
  const last = parseIpAddress(pool.last).value;
  for (let { value } = from; value <= last; value += 1n) {
    const ip = formatIpAddress({ family: from.family, value });
    if (!taken.ownerByIp.has(ip) && !taken.released.turnByIp.has(ip)) return value;
  }
  return undefined;
}
