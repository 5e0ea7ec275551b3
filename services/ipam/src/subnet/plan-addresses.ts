import { InvalidFields } from "@rhumbline/event-sourcing";
import {
  type Cidr,
  formatIpAddress,
  formatIpRange,
  hostRange,
  type IpAddress,
  type IpRange,
  mergeRanges,
  parseIpAddress,
  rangeContains,
  rangeSize,
  rangesOverlap,
  subtractRanges,
} from "@rhumbline/net";
import { GatewayInAllocationPool, IpAddressOutsideSubnet } from "./errors.ts";
import { poolOfRange, rangeOfPool } from "./pools.ts";
import type { SubnetSettings } from "./settings.ts";

/** The settings with gateway and pools filled in where the caller left them open, as Neutron does: the gateway is the
 *  first address a host can have, the pools are all others (neutron/db/ipam_backend_mixin.py).
 *  @throws {IpAddressOutsideSubnet} @throws {GatewayInAllocationPool} @throws {InvalidFields} */
export function planAddresses(cidr: Cidr, cidrText: string, settings: SubnetSettings): SubnetSettings {
  const hosts = hostRange(cidr);
  const gateway = gatewayOf(hosts, cidrText, settings);
  const pools = settings.allocationPools.map(rangeOfPool);
  for (const pool of pools) {
    for (const end of [pool.first, pool.last]) {
      if (!rangeContains(hosts, end))
        throw new IpAddressOutsideSubnet("subnet.allocation_pools", formatIpAddress(end), cidrText);
    }
    if (gateway && rangeContains(pool, gateway))
      throw new GatewayInAllocationPool(formatIpAddress(gateway), formatIpRange(pool));
  }
  refuseOverlaps(pools);
  const free = pools.length > 0 ? pools : withoutGateway(hosts, gateway);
  return {
    ...settings,
    gatewayIp: gateway ? formatIpAddress(gateway) : "",
    allocationPools: free.map(poolOfRange),
  };
}

function gatewayOf(hosts: IpRange, cidrText: string, { gatewayIp, noGateway }: SubnetSettings): IpAddress | undefined {
  if (noGateway) return undefined;
  if (gatewayIp === "") return hosts.first;
  const gateway = parseIpAddress(gatewayIp);
  if (!rangeContains(hosts, gateway)) throw new IpAddressOutsideSubnet("subnet.gateway_ip", gatewayIp, cidrText);
  return gateway;
}

function withoutGateway(hosts: IpRange, gateway: IpAddress | undefined): IpRange[] {
  if (gateway === undefined) return [hosts];
  return rangeSize(hosts) === 1n ? [] : subtractRanges([hosts], [{ first: gateway, last: gateway }]);
}

function refuseOverlaps(pools: readonly IpRange[]): void {
  if (
    mergeRanges(pools).reduce((sum, pool) => sum + rangeSize(pool), 0n) ===
    pools.reduce((sum, pool) => sum + rangeSize(pool), 0n)
  )
    return;
  const [a, b] =
    pools
      .flatMap((pool, i) => pools.slice(i + 1).map((other) => [pool, other] as const))
      .find(([x, y]) => rangesOverlap(x, y)) ?? [];
  if (a === undefined || b === undefined) return;
  throw new InvalidFields([
    {
      field: "subnet.allocation_pools",
      description: `${formatIpRange(a)} and ${formatIpRange(b)} overlap; pools must be apart`,
    },
  ]);
}
