import { type FieldChecks, fieldChecks } from "@rhumbline/grpc";
import { formatCidr, formatIpAddress, parseCidr, parseIpAddress } from "@rhumbline/net";
import {
  type ExternalGateway,
  type Route,
  type Router,
  RouterStatus,
} from "@rhumbline/proto/rhumbline/topology/v1/router";
import { checkDescribed, checkNew, noStamps, requireGiven } from "../request-fields.ts";
import { checkPlacementWish } from "./placement-wish.ts";

/** As Neutron's max_routes. */
const maxRoutes = 30;

/** A gateway as asked for: with canonical addresses where any are wished for. */
export interface GatewayWish {
  readonly networkId: string;
  readonly enableSnat: boolean;
  readonly addresses: readonly { readonly subnetId: string; readonly ipAddress: string }[];
}

/** @throws {InvalidFields} */
export function parseNewRouter(given: Router | undefined, callerProject: string): Router {
  const router = requireGiven("router", given);
  const checks = fieldChecks();
  checkNew(checks, "router", router);
  checks.require(
    "router.interfaces",
    router.interfaces.length === 0,
    "are made by AddRouterInterface: leave them empty",
  );
  const routes = parseRoutes(checks, router.routes);
  checkPlacementWish(checks, router);
  checks.done();
  return { ...settable(router, routes), projectId: router.projectId || callerProject };
}

/** The new values of an update.
 *  @throws {InvalidFields} */
export function parseRouterValues(given: Router, present: Router): Router {
  const checks = fieldChecks();
  checkDescribed(checks, "router", given);
  const routes = parseRoutes(checks, given.routes);
  checkPlacementWish(checks, given);
  checks.done();
  return { ...settable(given, routes), id: present.id, projectId: present.projectId };
}

/** @throws {InvalidFields} */
export function parseGateway(gateway: ExternalGateway): GatewayWish {
  const checks = fieldChecks();
  const field = "router.external_gateway";
  checks.uuid(`${field}.network_id`, gateway.networkId);
  const addresses = gateway.addresses.map(({ subnetId, ipAddress }, i) => {
    checks.uuid(`${field}.addresses[${i}].subnet_id`, subnetId, { optional: ipAddress !== "" });
    const ip =
      ipAddress === "" ? undefined : checks.parse(`${field}.addresses[${i}].ip_address`, ipAddress, parseIpAddress);
    return { subnetId, ipAddress: ip ? formatIpAddress(ip) : "" };
  });
  checks.done();
  return { networkId: gateway.networkId, enableSnat: gateway.enableSnat ?? true, addresses };
}

function settable(router: Router, routes: readonly Route[]): Router {
  return {
    ...router,
    adminStateUp: router.adminStateUp ?? true,
    routes,
    externalGateway: undefined,
    interfaces: [],
    status: RouterStatus.UNSPECIFIED,
    ...noStamps,
  };
}

function parseRoutes(checks: FieldChecks, routes: readonly Route[]): Route[] {
  checks.require("router.routes", routes.length <= maxRoutes, `at most ${maxRoutes} are accepted`);
  const parsed = routes.map(({ destination, nextHop }, i) => {
    const cidr = checks.parse(`router.routes[${i}].destination`, destination, parseCidr);
    const hop = checks.parse(`router.routes[${i}].next_hop`, nextHop, parseIpAddress);
    if (cidr === undefined || hop === undefined) return { destination, nextHop };
    const oneVersion = cidr.network.family === hop.family;
    checks.require(`router.routes[${i}].next_hop`, oneVersion, "is not of the destination's IP version");
    return { destination: formatCidr(cidr), nextHop: formatIpAddress(hop) };
  });
  for (const [i, { destination }] of parsed.entries()) {
    const first = parsed.findIndex((one) => one.destination === destination);
    checks.require(`router.routes[${i}]`, first === i, `${destination} is given twice: a destination has one route`);
  }
  return parsed;
}
