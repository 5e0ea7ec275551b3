import { membersOf } from "../logical-network/membership.ts";
import { isInstancePort, networksOf } from "../logical-network/state.ts";
import { groupPlacesOfAddressGroup, groupPlacesOfGroup, groupPlacesOfPort } from "./group-places.ts";
import { nodesOfRouter } from "./nodes-of-router.ts";
import { type ResourceKey, resourceKey } from "./resource-key.ts";
import type { Compiled } from "./state.ts";

/** What an event is about. A router's binding is about the router. */
export interface Subject {
  readonly kind: "network" | "subnet" | "port" | "router" | "floatingIp" | "securityGroup" | "addressGroup";
  readonly id: string;
}

/** A resource on a node. */
export interface Place {
  readonly nodeId: string;
  readonly key: ResourceKey;
}

/** A network that is needed on a node by one thing there. */
export interface NetworkUse {
  readonly nodeId: string;
  readonly networkId: string;
}

/** Every resource on every node whose desired value may differ with the subject, as the state is now. */
export function placesOf(state: Compiled, subject: Subject): Place[] {
  switch (subject.kind) {
    case "network":
      return placesOfNetwork(state, subject.id);
    case "subnet": {
      const networkId = state.subnets.get(subject.id)?.networkId ?? "";
      return membersOf(state.routersByNetwork, networkId).flatMap((routerId) => routerPlace(state, routerId));
    }
    case "port": {
      const nodeId = state.ports.get(subject.id)?.nodeId ?? "";
      const own = nodeId === "" ? [] : [{ nodeId, key: resourceKey("port", subject.id) }];
      return [...own, ...usesOf(state, subject).map(networkPlace), ...groupPlacesOfPort(state, subject.id)];
    }
    case "router": {
      const floatingIps = membersOf(state.floatingIpsByRouter, subject.id).map((id) => resourceKey("floatingip", id));
      const own = nodesOfRouter(state, subject.id).flatMap((nodeId) =>
        [resourceKey("router", subject.id), ...floatingIps].map((key) => ({ nodeId, key })),
      );
      return [...own, ...usesOf(state, subject).map(networkPlace)];
    }
    case "floatingIp": {
      const key = resourceKey("floatingip", subject.id);
      const routerId = state.floatingIps.get(subject.id)?.routerId ?? "";
      return nodesOfRouter(state, routerId).map((nodeId) => ({ nodeId, key }));
    }
    case "securityGroup":
      return groupPlacesOfGroup(state, subject.id);
    case "addressGroup":
      return groupPlacesOfAddressGroup(state, subject.id);
    default:
      return subject.kind satisfies never;
  }
}

/** The networks that a port or a router needs where it is. */
export function usesOf(state: Compiled, { kind, id }: Subject): NetworkUse[] {
  const port = kind === "port" ? state.ports.get(id) : undefined;
  if (port !== undefined && port.nodeId !== "" && isInstancePort(port)) {
    return [{ nodeId: port.nodeId, networkId: port.networkId }];
  }
  const router = kind === "router" ? state.routers.get(id) : undefined;
  if (router === undefined) return [];
  const networkIds = networksOf(router);
  return nodesOfRouter(state, id).flatMap((nodeId) => networkIds.map((networkId) => ({ nodeId, networkId })));
}

function placesOfNetwork(state: Compiled, networkId: string): Place[] {
  const nodeIds = [...(state.usersByNetwork.get(networkId)?.entries() ?? [])].map(([nodeId]) => nodeId);
  return [
    ...nodeIds.map((nodeId) => networkPlace({ nodeId, networkId })),
    // A leg has its network's MTU.
    ...membersOf(state.routersByNetwork, networkId).flatMap((routerId) => routerPlace(state, routerId)),
  ];
}

const networkPlace = ({ nodeId, networkId }: NetworkUse): Place => ({ nodeId, key: resourceKey("network", networkId) });

function routerPlace(state: Compiled, routerId: string): Place[] {
  return nodesOfRouter(state, routerId).map((nodeId) => ({ nodeId, key: resourceKey("router", routerId) }));
}
