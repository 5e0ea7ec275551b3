import { deviceOwners } from "../port/device-owner.ts";
import type { ActivePort } from "../port/state.ts";
import { linked } from "./index-map.ts";
import { subnetsOf } from "./lookups.ts";
import type { TopologyState } from "./state.ts";

/** What the port of a network's DHCP server serves; by it the port is found. */
export const dhcpDeviceId = (networkId: string): string => `dhcp-${networkId}`;

export function dhcpPortOf(state: TopologyState, networkId: string): ActivePort | undefined {
  const [id] = linked(state.portsByDevice, dhcpDeviceId(networkId));
  const found = id === undefined ? undefined : state.ports.get(id);
  return found?.port.deviceOwner === deviceOwners.dhcp ? found : undefined;
}

/** The subnets that the server is to have an address in: none once the network is gone. */
export const dhcpSubnetIds = (state: TopologyState, networkId: string): string[] =>
  state.networks.has(networkId)
    ? subnetsOf(state, networkId)
        .filter(({ enableDhcp }) => enableDhcp)
        .map(({ id }) => id)
    : [];

/** Notes whether something is to be done about the network's DHCP server. */
export function noteDhcp(state: TopologyState, networkId: string): void {
  const wanted = dhcpSubnetIds(state, networkId);
  const held = dhcpPortOf(state, networkId)?.port.fixedIps.map(({ subnetId }) => subnetId) ?? [];
  if (wanted.length === held.length && wanted.every((id) => held.includes(id))) state.dhcpDue.delete(networkId);
  else state.dhcpDue.set(networkId, true);
}
