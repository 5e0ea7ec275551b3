import { portForwardingsOf } from "../port-forwarding/decide.ts";
import type { StampedPortForwarding } from "../port-forwarding/state.ts";
import { linked } from "./index-map.ts";
import { liesIn } from "./lookups.ts";
import type { TopologyState } from "./state.ts";

/** The floating IP whose port forwarding it is; empty: there is none of that id. */
export const floatingIpOfPortForwarding = (state: TopologyState, id: string): string =>
  linked(state.floatingIpsByPortForwarding, id)[0] ?? "";

export const portForwardingWith = (state: TopologyState, id: string): StampedPortForwarding | undefined =>
  state.floatingIps.get(floatingIpOfPortForwarding(state, id))?.portForwardings.get(id);

export const allPortForwardings = (state: TopologyState): StampedPortForwarding[] =>
  [...state.floatingIps.values()].flatMap(portForwardingsOf);

/** Floating IPs with ports that lead to the port. */
export const floatingIpsForwardingTo = (state: TopologyState, portId: string): string[] =>
  linked(state.floatingIpsByForwardedPort, portId);

/** The port's addresses that port forwardings lead to → one such port forwarding each. */
export const fixedIpsForwarded = (state: TopologyState, portId: string): Map<string, string> =>
  new Map(
    forwardingsOf(state, floatingIpsForwardingTo(state, portId))
      .filter(({ portForwarding }) => portForwarding.internalPortId === portId)
      .map(({ id, portForwarding }) => [portForwarding.internalIpAddress, id]),
  );

/** Those that the router translates; with a subnet, to addresses in it. */
export const portForwardingsThrough = (state: TopologyState, routerId: string, subnetId?: string): string[] =>
  forwardingsOf(state, linked(state.floatingIpsByRouter, routerId))
    .filter(({ portForwarding: { internalPortId: portId, internalIpAddress: fixedIpAddress } }) =>
      liesIn(state, { portId, fixedIpAddress }, subnetId),
    )
    .map(({ id }) => id);

const forwardingsOf = (state: TopologyState, floatingIpIds: readonly string[]): StampedPortForwarding[] =>
  floatingIpIds.flatMap((id) => {
    const floatingIp = state.floatingIps.get(id);
    return floatingIp === undefined ? [] : portForwardingsOf(floatingIp);
  });
