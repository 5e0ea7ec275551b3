import { parseIpAddress, rangeContains } from "@rhumbline/net";
import { IpAddressesExhausted } from "./errors.ts";
import { rangeOfPool } from "./pools.ts";
import type { ActiveSubnet } from "./state.ts";

/** The address that an automatic allocation gets: the lowest that nobody ever had, then the one released longest ago, if
 *  nodes had `reuseDelayMs` to forget it. O(log n) however many are held.
 *  @throws {IpAddressesExhausted} */
export function freeAddress(subnet: ActiveSubnet, nowMs: number, reuseDelayMs: number): string {
  const untouched = subnet.untouched.find((ip) => ip !== undefined);
  if (untouched !== undefined) return untouched;
  const pools = subnet.settings.allocationPools.map(rangeOfPool);
  let resting = 0;
  for (const [, ip] of subnet.released.ipByTurn.entries()) {
    const address = parseIpAddress(ip);
    if (!pools.some((pool) => rangeContains(pool, address))) continue;
    const releasedMs = subnet.released.turnByIp.get(ip)?.timeMs ?? 0;
    if (releasedMs + reuseDelayMs <= nowMs) return ip;
    resting++;
    // Those behind it were released later still.
    break;
  }
  throw new IpAddressesExhausted(subnet.id, resting > 0 ? reuseDelayMs : undefined);
}
