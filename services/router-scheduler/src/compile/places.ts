import { membersOf } from "../logical-network/membership.ts";
import { isDhcpPort, isInstancePort, networksOf, nodesOfPort, portIdsOf } from "../logical-network/state.ts";
import { isOverlay, nodesOfNetwork, portsOfOverlay } from "./forwarding.ts";
import { groupPlacesOfAddressGroup, groupPlacesOfGroup, groupPlacesOfPort } from "./group-places.ts";
import { nodesOfRouter } from "./nodes-of-router.ts";
import type { Place } from "./place.ts";
import { type ResourceKey, resourceKey } from "./resource-key.ts";
import type { Compiled } from "./state.ts";

/** What an event is about. A router's binding is about the router. */
export interface Subject {
  readonly kind: "network" | "subnet" | "port" | "router" | "floatingIp" | "securityGroup" | "addressGroup";
  readonly id: string;
}

/** A network that is needed on a node by one thing there. */
export interface NetworkUse {
  readonly nodeId: string;
  readonly networkId: string;
  /** The thing is an instance's port. */
  readonly byInstance: boolean;
}

/** Every resource on every node whose desired value may differ with the subject, as the state is now. */
export function placesOf(state: Compiled, subject: Subject): Place[] {
  switch (subject.kind) {
    case "network":
      return placesOfNetwork(state, subject.id);
    case "subnet": {
      const networkId = state.subnets.get(subject.id)?.networkId ?? "";
      return [...routerPlacesIn(state, networkId), ...dhcpPlaces(state, networkId)];
    }
    case "port":
      return placesOfPort(state, subject);
    case "router": {
      const forwarding = portIdsOf(state.routers.get(subject.id)).flatMap((id) => forwardingPlaces(state, id));
      const translated = membersOf(state.floatingIpsByRouter, subject.id).flatMap((id) => translatedKeys(state, id));
      const own = nodesOfRouter(state, subject.id).flatMap((nodeId) =>
        [resourceKey("router", subject.id), ...translated].map((key) => ({ nodeId, key })),
      );
      return [...own, ...usesOf(state, subject).map(networkPlace), ...forwarding];
    }
    case "floatingIp": {
      const keys = translatedKeys(state, subject.id);
      const routerId = state.floatingIps.get(subject.id)?.routerId ?? "";
      return nodesOfRouter(state, routerId).flatMap((nodeId) => keys.map((key) => ({ nodeId, key })));
    }
    case "securityGroup":
      return groupPlacesOfGroup(state, subject.id);
    case "addressGroup":
      return groupPlacesOfAddressGroup(state, subject.id);
    default:
      return subject.kind satisfies never;
  }
}

/** What a router realises of a floating IP: itself, or its port forwardings. */
export function translatedKeys(state: Pick<Compiled, "floatingIps">, floatingIpId: string): ResourceKey[] {
  const forwardings = [...(state.floatingIps.get(floatingIpId)?.forwardings.entries() ?? [])];
  return [resourceKey("floatingip", floatingIpId), ...forwardings.map(([id]) => resourceKey("portforwarding", id))];
}

/** The networks that a port or a router needs where it is. */
export function usesOf(state: Compiled, { kind, id }: Subject): NetworkUse[] {
  const port = kind === "port" ? state.ports.get(id) : undefined;
  if (port !== undefined && isInstancePort(port)) {
    return nodesOfPort(port).map((nodeId) => ({ nodeId, networkId: port.networkId, byInstance: true }));
  }
  const router = kind === "router" ? state.routers.get(id) : undefined;
  if (router === undefined) return [];
  const networkIds = networksOf(router);
  return nodesOfRouter(state, id).flatMap((nodeId) =>
    networkIds.map((networkId) => ({ nodeId, networkId, byInstance: false })),
  );
}

function placesOfPort(state: Compiled, subject: Subject): Place[] {
  const port = state.ports.get(subject.id);
  if (port === undefined) return [];
  // Also a name server, which routers tell of.
  if (isDhcpPort(port)) return [...dhcpPlaces(state, port.networkId), ...routerPlacesIn(state, port.networkId)];
  const forwarding = forwardingPlaces(state, subject.id);
  const groups = groupPlacesOfPort(state, subject.id);
  const nodeIds = nodesOfPort(port);
  // Not there yet, as every port that a rebuild meets first, and it needs nothing anywhere.
  if (nodeIds.length === 0) return forwarding.length === 0 ? groups : [...forwarding, ...groups];
  const own = nodeIds.map((nodeId) => ({ nodeId, key: resourceKey("port", subject.id) }));
  const uses = usesOf(state, subject);
  return [...own, ...uses.map(networkPlace), ...uses.map(dhcpPlace), ...forwarding, ...groups];
}

/** What differs where a network came to a node or left it: the node's own share of the overlay, and at every other node the
 *  list of peers. */
export function placesOfMembership(
  state: Compiled,
  { nodeId, networkId }: Pick<NetworkUse, "nodeId" | "networkId">,
): Place[] {
  if (!isOverlay(state, networkId)) return [{ nodeId, key: resourceKey("network", networkId) }];
  const members = [nodeId, ...nodesOfNetwork(state, networkId)];
  return [
    ...members.map((member) => networkPlace({ nodeId: member, networkId })),
    ...portsOfOverlay(state, networkId).map((portId) => ({ nodeId, key: resourceKey("forwarding", portId) })),
  ];
}

/** Where frames to the port have to find their way: any node of its network. */
function forwardingPlaces(state: Compiled, portId: string): Place[] {
  const networkId = state.ports.get(portId)?.networkId ?? "";
  const nodeIds = nodesOfNetwork(state, networkId);
  if (nodeIds.length === 0 || !isOverlay(state, networkId)) return [];
  const key = resourceKey("forwarding", portId);
  return nodeIds.map((nodeId) => ({ nodeId, key }));
}

function placesOfNetwork(state: Compiled, networkId: string): Place[] {
  return [
    ...nodesIn(state.usersByNetwork, networkId).map((nodeId) => networkPlace({ nodeId, networkId })),
    // A server tells the network's MTU.
    ...dhcpPlaces(state, networkId),
    // A leg has its network's MTU.
    ...routerPlacesIn(state, networkId),
    ...portsOfOverlay(state, networkId).flatMap((portId) => forwardingPlaces(state, portId)),
  ];
}

/** Where a network's DHCP server may stand: wherever it has ports of instances. */
const dhcpPlaces = (state: Compiled, networkId: string): Place[] =>
  nodesIn(state.instancesByNetwork, networkId).map((nodeId) => dhcpPlace({ nodeId, networkId }));

const nodesIn = (counts: Compiled["usersByNetwork"], networkId: string): string[] =>
  [...(counts.get(networkId)?.entries() ?? [])].map(([nodeId]) => nodeId);

type InNetwork = Pick<NetworkUse, "nodeId" | "networkId">;

const networkPlace = ({ nodeId, networkId }: InNetwork): Place => ({ nodeId, key: resourceKey("network", networkId) });

const dhcpPlace = ({ nodeId, networkId }: InNetwork): Place => ({ nodeId, key: resourceKey("dhcp", networkId) });

const routerPlacesIn = (state: Compiled, networkId: string): Place[] =>
  membersOf(state.routersByNetwork, networkId).flatMap((routerId) => routerPlace(state, routerId));

function routerPlace(state: Compiled, routerId: string): Place[] {
  return nodesOfRouter(state, routerId).map((nodeId) => ({ nodeId, key: resourceKey("router", routerId) }));
}
