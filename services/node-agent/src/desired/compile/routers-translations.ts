import { formatIpAddress, parseIpAddress } from "@rhumbline/net";
import type { DesiredFloatingIp, DesiredPortForwarding } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { remembering } from "../../observed/remember.ts";
import type { FloatingIpTranslation, PortForwardingTranslation } from "../../rules/router-translation.ts";
import { type ResourceKey, resourceKey } from "../resource-key.ts";
import { orRefuse } from "./or-refuse.ts";
import type { SortedResources } from "./sort-resources.ts";

type ServedFloatingIp = FloatingIpTranslation & { readonly resource: ResourceKey };
type ServedPortForwarding = PortForwardingTranslation & { readonly resource: ResourceKey };

/** What a router translates. */
export interface Served {
  readonly floatingIps: readonly ServedFloatingIp[];
  readonly portForwardings: readonly ServedPortForwarding[];
}

/** While it comes together. */
interface Serving extends Served {
  readonly floatingIps: ServedFloatingIp[];
  readonly portForwardings: ServedPortForwarding[];
}

export const servesNothing: Served = { floatingIps: [], portForwardings: [] };

/** Router id -> what it translates. What no router here can goes into `errors`. */
export function routersTranslations(sorted: SortedResources, errors: Map<ResourceKey, string>): Map<string, Served> {
  const byRouter = new Map<string, Serving>();
  const serve = <D extends { readonly routerId: string }, T>(
    desired: ReadonlyMap<ResourceKey, D>,
    translationOf: (one: D) => T,
    listOf: (serving: Serving) => T[],
  ): void => {
    for (const [resource, one] of desired) {
      orRefuse(resource, errors, () => {
        requireGateway(sorted, one.routerId);
        const translation = translationOf(one);
        const serving = byRouter.get(one.routerId) ?? { floatingIps: [], portForwardings: [] };
        listOf(serving).push(translation);
        byRouter.set(one.routerId, serving);
      });
    }
  };
  serve(sorted.floatingIps, floatingIpOf, ({ floatingIps }) => floatingIps);
  serve(sorted.portForwardings, portForwardingOf, ({ portForwardings }) => portForwardings);
  return byRouter;
}

function requireGateway({ routers }: SortedResources, routerId: string): void {
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
