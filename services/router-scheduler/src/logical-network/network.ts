import type { DesiredNetwork } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import type { Network, NetworkType } from "@rhumbline/proto/rhumbline/topology/v1/network";
import type { NetworkEvent } from "./events.ts";

export function evolveNetwork(present: DesiredNetwork | undefined, event: NetworkEvent): DesiredNetwork | undefined {
  switch (event.type) {
    case "NetworkCreated":
      return event.data.network && created(event.data.network);
    case "NetworkUpdated":
      return present && event.data.network && updated(present, event.data.network, event.data.changed ?? []);
    case "NetworkDeleted":
      return undefined;
    default:
      return event satisfies never;
  }
}

function created({ id, segment, mtu, adminStateUp, dnsDomain }: Network): DesiredNetwork {
  return {
    networkId: id,
    networkType: typeNames[segment?.networkType ?? "NETWORK_TYPE_UNSPECIFIED"],
    physicalNetwork: segment?.physicalNetwork ?? "",
    segmentationId: segment?.segmentationId ?? 0,
    mtu,
    dnsDomain,
    adminStateUp: adminStateUp ?? true,
    // Which those are differs from node to node.
    tunnelPeers: [],
  };
}

/** The segment of a network never changes. */
function updated(present: DesiredNetwork, values: Network, changed: readonly string[]): DesiredNetwork {
  return {
    ...present,
    ...(changed.includes("mtu") && { mtu: values.mtu }),
    ...(changed.includes("dns_domain") && { dnsDomain: values.dnsDomain }),
    ...(changed.includes("admin_state_up") && { adminStateUp: values.adminStateUp ?? true }),
  };
}

/** As DesiredNetwork.network_type has it. */
const typeNames: Record<NetworkType, string> = {
  NETWORK_TYPE_UNSPECIFIED: "vxlan",
  NETWORK_TYPE_VXLAN: "vxlan",
  NETWORK_TYPE_FLAT: "flat",
  NETWORK_TYPE_VLAN: "vlan",
  NETWORK_TYPE_LOCAL: "local",
};
