import { cidrContains, formatCidr, formatIpAddress, parseCidr, parseIpAddress } from "@rhumbline/net";
import type { DesiredRouter } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import type { DesiredKernelRoute } from "../desired-kernel.ts";
import type { Leg } from "./compile-leg.ts";

/** The default routes and the router's extra routes. One destination has one route; an extra one is stronger than a default.
 *  @throws Error when a next hop is in none of the router's networks: no kernel takes such a route. */
export function compileRoutes(
  router: DesiredRouter,
  gateway: Leg | undefined,
  legs: readonly Leg[],
): DesiredKernelRoute[] {
  const routes = new Map<string, DesiredKernelRoute>();
  const add = (route: DesiredKernelRoute) => routes.set(`${route.family} ${route.destination}`, route);
  if (gateway !== undefined) for (const nextHop of router.gatewayNextHops) add(defaultRoute(nextHop, gateway));
  for (const { destination, nextHop } of router.routes) add(extraRoute(destination, nextHop, legs));
  return [...routes.values()];
}

function defaultRoute(text: string, gateway: Leg): DesiredKernelRoute {
  const nextHop = parseIpAddress(text);
  return {
    destination: "default",
    family: nextHop.family,
    nextHop: formatIpAddress(nextHop),
    device: gateway.desired.device,
  };
}

function extraRoute(destinationText: string, nextHopText: string, legs: readonly Leg[]): DesiredKernelRoute {
  const destination = parseCidr(destinationText);
  const nextHop = parseIpAddress(nextHopText);
  const leg = legs.find(({ addresses }) => addresses.some(({ network }) => cidrContains(network, nextHop)));
  if (leg === undefined) {
    throw new Error(`route to ${destinationText}: next hop ${nextHopText} is in none of the router's networks`);
  }
  return {
    destination: destination.prefixLength === 0 ? "default" : formatCidr(destination),
    family: nextHop.family,
    nextHop: formatIpAddress(nextHop),
    device: leg.desired.device,
  };
}
