import { deviceOwners } from "../../port/device-owner.ts";
import type { ActivePort } from "../../port/state.ts";
import type { TopologyState } from "../../read-model/state.ts";

/** Whether a port belongs to a router or floating IP that does not have it: one of the two never came to be, or is gone. */
export function isOrphaned(state: TopologyState, { id, port }: ActivePort): boolean {
  switch (port.deviceOwner) {
    case deviceOwners.routerInterface:
      return !state.routers.get(port.deviceId)?.interfaces.some(({ portId }) => portId === id);
    case deviceOwners.routerGateway:
      return state.routers.get(port.deviceId)?.gateway?.portId !== id;
    case deviceOwners.floatingIp:
      return state.floatingIps.get(port.deviceId)?.floatingIp.floatingPortId !== id;
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
