import { formatIpAddress, parseIpAddress } from "@rhumbline/net";
import type {
  DesiredFloatingIp,
  DesiredPortForwarding,
  DesiredRouter,
} from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { following, type Group, grouping, type Lookup, uniting } from "../../observed/following.ts";
import { remembering } from "../../observed/remember.ts";
import type { FloatingIpTranslation, PortForwardingTranslation } from "../../rules/router-translation.ts";
import { type ResourceKey, resourceKey } from "../resource-key.ts";
import { type Attempt, attempt, type Errors, refusing } from "./attempt.ts";
import type { SortedResources } from "./sort-resources.ts";

export type ServedFloatingIp = FloatingIpTranslation & { readonly resource: ResourceKey };
export type ServedPortForwarding = PortForwardingTranslation & { readonly resource: ResourceKey };

/** What a router translates. */
export interface Served {
  readonly floatingIps: readonly ServedFloatingIp[];
  readonly portForwardings: readonly ServedPortForwarding[];
}

/** What is translated, by the router that is to do it. */
export interface Translations {
  readonly floatingIps: ReadonlyMap<string, Group<Translating<ServedFloatingIp>>>;
  readonly portForwardings: ReadonlyMap<string, Group<Translating<ServedPortForwarding>>>;
  /** By the resource that asks for it. */
  readonly attempts: ReadonlyMap<ResourceKey, Translating<ServedFloatingIp | ServedPortForwarding>>;
  /** What no router here can translate is among them. */
  readonly errors: Errors;
}

export type Translating<T> = Attempt<{ readonly routerId: string; readonly translation: T }>;

/** What a router translates, in the order of the resources' keys.
 *  @param floatingIps of this and other routers, as port forwardings are. */
export function servedBy(
  routerId: string,
  floatingIps: Lookup<Group<Translating<ServedFloatingIp>>>,
  portForwardings: Lookup<Group<Translating<ServedPortForwarding>>>,
): Served {
  return {
    floatingIps: translationsIn(floatingIps.get(routerId)),
    portForwardings: translationsIn(portForwardings.get(routerId)),
  };
}

function translationsIn<T>(group: Group<Translating<T>> = new Map()): T[] {
  const found: T[] = [];
  for (const { made } of group.values()) if (made !== undefined) found.push(made.translation);
  return found;
}

/** Finds out what routers translate. */
export function translationsFinder(): (sorted: SortedResources, before: Errors) => Translations {
  const floatingIps = translating(floatingIpOf);
  const portForwardings = translating(portForwardingOf);
  const attempts = uniting<Translating<ServedFloatingIp | ServedPortForwarding>>();
  const refused = refusing();
  return ({ floatingIps: ips, portForwardings: forwardings, routers }, before) => {
    const ofIps = floatingIps(ips, routers, before);
    const ofForwardings = portForwardings(forwardings, routers, before);
    const all = attempts(ofIps.attempts, ofForwardings.attempts);
    return {
      floatingIps: ofIps.byRouter,
      portForwardings: ofForwardings.byRouter,
      attempts: all,
      errors: refused(before, all),
    };
  };
}

function translating<D extends { readonly routerId: string }, T>(translationOf: (desired: D) => T) {
  const attempts = following((key, all: Lookup<D>, routers: Lookup<DesiredRouter>, errors: Lookup<string>) => {
    const desired = all.get(key);
    if (desired === undefined || errors.has(key)) return undefined;
    const { routerId } = desired;
    return attempt(() => {
      requireGateway(routers, routerId);
      return { routerId, translation: translationOf(desired) };
    });
  });
  const byRouter = grouping(({ made }: Translating<T>) => (made === undefined ? [] : [made.routerId]));
  return (all: ReadonlyMap<ResourceKey, D>, routers: SortedResources["routers"], errors: Errors) => {
    const found = attempts(all, routers, errors);
    return { attempts: found, byRouter: byRouter(found) };
  };
}

function requireGateway(routers: Lookup<DesiredRouter>, routerId: string): void {
  const router = routers.get(resourceKey("router", routerId));
  if (router === undefined) throw new Error(`router ${routerId} isn't on this node`);
  if (router.gateway === undefined) throw new Error(`router ${routerId} has no external gateway`);
}

const floatingIpOf = remembering(
  ({ floatingIpId, floatingIpAddress, fixedIpAddress }: DesiredFloatingIp): ServedFloatingIp => ({
    ...ipv4Pair(floatingIpAddress, fixedIpAddress),
    resource: resourceKey("floatingip", floatingIpId),
  }),
);

const portForwardingOf = remembering((desired: DesiredPortForwarding): ServedPortForwarding => {
  const { protocol, externalFirst, externalLast, internalFirst, internalLast } = desired;
  if (protocol !== "tcp" && protocol !== "udp") throw new Error(`ports of protocol ${protocol} can't be forwarded`);
  const externalPorts = { first: externalFirst, last: externalLast };
  const internalPorts = { first: internalFirst, last: internalLast };
  const count = externalLast - externalFirst;
  const inside = internalLast - internalFirst;
  const ports = [externalFirst, externalLast, internalFirst, internalLast];
  const fits = count >= 0 && (inside === 0 || inside === count) && ports.every((port) => port >= 1 && port <= 65_535);
  if (!fits) throw new Error(`ports ${ports.slice(0, 2).join("-")} can't lead to ${ports.slice(2).join("-")}`);
  const resource = resourceKey("portforwarding", desired.portForwardingId);
  const pair = ipv4Pair(desired.floatingIpAddress, desired.internalIpAddress);
  return { ...pair, protocol, externalPorts, internalPorts, resource };
});

function ipv4Pair(floating: string, fixed: string): FloatingIpTranslation {
  const floatingIp = parseIpAddress(floating);
  const fixedIp = parseIpAddress(fixed);
  if (floatingIp.family !== 4 || fixedIp.family !== 4) throw new Error("floating IPs are IPv4 to IPv4");
  return { floatingIp: formatIpAddress(floatingIp), fixedIp: formatIpAddress(fixedIp) };
}
