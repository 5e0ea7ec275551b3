import { cidrContains, cidrsOverlap, hostRange, parseCidr, parseIpAddress, rangeContains } from "@rhumbline/net";
import { RouterInterfaceExists, RouterSubnetsOverlap, RouteShadowsSubnet } from "./errors.ts";
import type { ActiveRouter, ConnectedSubnet, Router } from "./state.ts";

/** A router serves each address range once: neutron/db/l3_db.py, _check_for_dup_router_subnets.
 *  @throws {RouterInterfaceExists} {RouterSubnetsOverlap} */
export function requireApart(
  { id, interfaces, gateway }: Pick<ActiveRouter, "id" | "interfaces" | "gateway">,
  wanted: readonly ConnectedSubnet[],
  gatewaySubnets: readonly ConnectedSubnet[],
): void {
  const present = [...interfaces, ...gatewaySubnets.map((subnet) => ({ ...subnet, portId: gateway?.portId ?? "" }))];
  for (const { subnetId, cidr } of wanted) {
    for (const other of present) {
      if (other.subnetId === subnetId) throw new RouterInterfaceExists(id, subnetId, other.portId);
      if (cidrsOverlap(parseCidr(other.cidr), parseCidr(cidr)))
        throw new RouterSubnetsOverlap(id, cidr, other.cidr, other.subnetId);
    }
  }
}

/** Index of the first route whose next hop lies in none of the subnets; -1 when there is none such. */
export function unconnectedRoute({ routes }: Pick<Router, "routes">, subnets: readonly ConnectedSubnet[]): number {
  return routes.findIndex((route) => !subnets.some((subnet) => leadsThrough(route, subnet)));
}

/** Index of the first route whose next hop no host can have: the network or broadcast address of its subnet. */
export function hostlessRoute({ routes }: Pick<Router, "routes">, subnets: readonly ConnectedSubnet[]): number {
  return routes.findIndex((route) =>
    subnets.some(
      (subnet) =>
        leadsThrough(route, subnet) && !rangeContains(hostRange(parseCidr(subnet.cidr)), parseIpAddress(route.nextHop)),
    ),
  );
}

/** A kernel has one route to a destination: a router's own would take the place of the one to its subnet.
 *  @throws {RouteShadowsSubnet} */
export function requireUnshadowed(
  { id, routes }: Pick<Router, "id" | "routes">,
  subnets: readonly ConnectedSubnet[],
): void {
  for (const { destination, nextHop } of routes) {
    const shadowed = subnets.find(({ cidr }) => cidr === destination);
    if (shadowed !== undefined) throw new RouteShadowsSubnet(id, destination, nextHop, shadowed.subnetId);
  }
}

/** Subnets of a router lie apart, so a route leads through one of them at most. */
export const leadsThrough = ({ nextHop }: Router["routes"][number], { cidr }: ConnectedSubnet): boolean =>
  cidrContains(parseCidr(cidr), parseIpAddress(nextHop));
