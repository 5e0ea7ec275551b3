import { deviceOwners } from "../../port/device-owner.ts";
import type { ActivePort } from "../../port/state.ts";
import type { TopologyState } from "../../read-model/state.ts";
import { scopeOf } from "../network/scope.ts";

/** Whether a port belongs to a router, floating IP or network that does not have it: one of the two never came to be, or is gone. */
export function isOrphaned(state: TopologyState, { id, port }: ActivePort): boolean {
  switch (port.deviceOwner) {
    case deviceOwners.routerInterface:
      return !state.routers.get(port.deviceId)?.interfaces.some(({ portId }) => portId === id);
    case deviceOwners.routerGateway:
      return state.routers.get(port.deviceId)?.gateway?.portId !== id;
    case deviceOwners.floatingIp:
      return state.floatingIps.get(port.deviceId)?.floatingIp.floatingPortId !== id;
    case deviceOwners.dhcp:
      return !state.networks.has(port.networkId);
    default:
      return false;
  }
}

/** Segments held by networks that are not there. */
export function orphanedSegments(state: TopologyState): { range: string; networkId: string }[] {
  return [...state.segmentRanges].flatMap(([range, { segmentByNetwork }]) =>
    [...segmentByNetwork.entries()]
      .filter(([networkId]) => !state.networks.has(networkId))
      .map(([networkId]) => ({ range, networkId })),
  );
}

/** Whether ipam knows a network otherwise than it is: its deletion or an update of it died between the two. */
export function isMisstated(state: TopologyState, networkId: string): boolean {
  const network = state.networks.get(networkId)?.network;
  if (network === undefined) return false;
  if (state.closedScopes.has(networkId)) return true;
  const told = state.openScopes.get(networkId);
  const { shared, ipv4Only } = scopeOf(network);
  return told !== undefined && (told.shared !== shared || told.ipv4Only !== ipv4Only);
}

export const misstatedNetworks = (state: TopologyState): string[] =>
  [...state.networks.keys()].filter((id) => isMisstated(state, id));
