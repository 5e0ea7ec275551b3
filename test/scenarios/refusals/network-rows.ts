import { randomUUID } from "node:crypto";
import { Network, type Segment } from "@rhumbline/proto/rhumbline/topology/v1/network";
import { Quota } from "@rhumbline/proto/rhumbline/topology/v1/quota";
import type { ControlPlane } from "../topology/control-plane.ts";
import { make, plainly, read } from "../topology/make.ts";
import { asked, type RefusalRow } from "./refusal-row.ts";

const update = (plane: ControlPlane, network: Partial<Network>, ...updateMask: string[]) =>
  plane.networks.updateNetwork({ network: Network.fromPartial(network), updateMask, etag: "", ...plainly });
const remove = (plane: ControlPlane, id: string) => plane.networks.deleteNetwork({ id, etag: "", ...plainly });
const vxlan = (segmentationId: number): Segment => ({
  networkType: "NETWORK_TYPE_VXLAN",
  physicalNetwork: "",
  segmentationId,
});
const flat = (physicalNetwork: string): Segment => ({
  networkType: "NETWORK_TYPE_FLAT",
  physicalNetwork,
  segmentationId: 0,
});
const vlan = (physicalNetwork: string, segmentationId = 0): Segment => ({
  networkType: "NETWORK_TYPE_VLAN",
  physicalNetwork,
  segmentationId,
});

export const networkRows: readonly RefusalRow[] = [
  {
    neutron: "NetworkNotFound",
    when: "a network that does not exist is read",
    reason: "NOT_FOUND",
    says: /network .* does not exist/,
    attempt: async (plane) => asked(() => plane.networks.getNetwork({ id: randomUUID(), ...read })),
  },
  {
    neutron: "NetworkInUse",
    when: "a network with a port is deleted",
    reason: "NETWORK_IN_USE",
    says: /still has ports [0-9a-f-]{36}: delete them first/,
    async attempt(plane) {
      const { id } = await make(plane).network();
      await make(plane).port(id);
      return asked(() => remove(plane, id));
    },
  },
  {
    neutron: "NetworkInUse",
    when: "a network with a subnet is deleted",
    reason: "NETWORK_IN_USE",
    says: /still has subnets [0-9a-f-]{36}: delete them first/,
    async attempt(plane) {
      const { id } = await make(plane).network();
      await make(plane).subnet(id, "10.0.0.0/24");
      return asked(() => remove(plane, id));
    },
  },
  {
    neutron: "ExternalNetworkInUse",
    when: "a network stops being external while a router has its gateway there",
    reason: "NETWORK_IN_USE",
    says: /must stay external for router/,
    async attempt(plane) {
      const { external } = await make(plane).routed();
      return asked(() => update(plane, { id: external.id, external: false }, "external"));
    },
  },
  {
    neutron: "InvalidSharedSetting",
    when: "a network stops being shared while another project has a port in it",
    reason: "NETWORK_USED_BY_OTHER_PROJECTS",
    says: /must stay shared for ports [0-9a-f-]{36}/,
    async attempt(plane) {
      const { id } = await make(plane).network({ shared: true });
      await make(plane).port(id, { projectId: "other" });
      return asked(() => update(plane, { id, shared: false }, "shared"));
    },
  },
  {
    neutron: "TunnelIdInUse",
    when: "a network asks for a VNI that another has",
    reason: "SEGMENT_IN_USE",
    says: /segment 77 of vxlan belongs to network/,
    async attempt(plane) {
      await make(plane).network({ segment: vxlan(77) });
      return asked(() => make(plane).network({ segment: vxlan(77) }));
    },
  },
  {
    neutron: "FlatNetworkInUse",
    when: "a flat network asks for a physical network that another has",
    reason: "SEGMENT_IN_USE",
    says: /belongs to network/,
    async attempt(plane) {
      await make(plane).network({ segment: flat("physnet-shared") });
      return asked(() => make(plane).network({ segment: flat("physnet-shared") }));
    },
  },
  {
    neutron: "NoNetworkAvailable",
    when: "a network is made with every VNI given away",
    reason: "SEGMENTS_EXHAUSTED",
    says: /no segment of vxlan is free between 1 and 1/,
    settings: { vniRange: { first: 1, last: 1 } },
    async attempt(plane) {
      await make(plane).network();
      return asked(() => make(plane).network());
    },
  },
  {
    neutron: "VlanIdInUse",
    when: "a VLAN network asks for a VLAN id that another on the physical network has",
    reason: "SEGMENT_IN_USE",
    says: /segment 7 of vlan.physnet-shared belongs to network/,
    async attempt(plane) {
      await make(plane).network({ segment: vlan("physnet-shared", 7) });
      return asked(() => make(plane).network({ segment: vlan("physnet-shared", 7) }));
    },
  },
  {
    neutron: "NoNetworkAvailable",
    when: "a VLAN network is made with every VLAN id of the physical network's range given away",
    reason: "SEGMENTS_EXHAUSTED",
    says: /no segment of vlan.physnet1 is free between 8 and 8/,
    settings: { vlanRange: new Map([["physnet1", { first: 8, last: 8 }]]) },
    async attempt(plane) {
      await make(plane).network({ segment: vlan("physnet1") });
      return asked(() => make(plane).network({ segment: vlan("physnet1") }));
    },
  },
  {
    neutron: "InvalidInput",
    when: "a VLAN network asks for a VLAN id of more than 4094",
    reason: "INVALID_FIELD",
    says: /4095 is no VLAN id: 1 to 4094/,
    attempt: async (plane) => asked(() => make(plane).network({ segment: vlan("physnet1", 4_095) })),
  },
  {
    neutron: "InvalidInput",
    when: "a VLAN network names no id on a physical network without a range",
    reason: "INVALID_FIELD",
    says: /no range of VLAN ids for physical network physnet9/,
    attempt: async (plane) => asked(() => make(plane).network({ segment: vlan("physnet9") })),
  },
  {
    neutron: "InvalidInput",
    when: "a VLAN network names no physical network",
    reason: "INVALID_FIELD",
    says: /a name that nodes map to a bridge or device/,
    attempt: async (plane) => asked(() => make(plane).network({ segment: vlan("", 7) })),
  },
  {
    neutron: "InvalidInput",
    when: "a local network names a physical network",
    reason: "INVALID_FIELD",
    says: /only flat and VLAN networks have one/,
    async attempt(plane) {
      const segment = { ...vlan("physnet1"), networkType: "NETWORK_TYPE_LOCAL" } as const;
      return asked(() => make(plane).network({ segment }));
    },
  },
  {
    neutron: "NetworkTunnelRangeError",
    when: "a network asks for a VNI of more than 24 bits",
    reason: "INVALID_FIELD",
    says: /16777216 is no VNI: 1 to 16777215/,
    attempt: async (plane) => asked(() => make(plane).network({ segment: vxlan(16_777_216) })),
  },
  {
    neutron: "PhysicalNetworkNameError",
    when: "a flat network names no physical network",
    reason: "INVALID_FIELD",
    says: /a name that nodes map to a bridge or device/,
    attempt: async (plane) => asked(() => make(plane).network({ segment: flat("") })),
  },
  {
    neutron: "",
    when: "a network's MTU is more than its segment leaves",
    reason: "INVALID_FIELD",
    says: /1451 is outside 68 to 1450/,
    attempt: async (plane) => asked(() => make(plane).network({ mtu: 1_451 })),
  },
  {
    neutron: "NetworkMTUSubnetConflict",
    when: "a network with an IPv6 subnet is given an MTU below 1280",
    reason: "MTU_TOO_SMALL_FOR_IPV6",
    says: /can't have an MTU below 1280 together with IPv6 subnet/,
    async attempt(plane) {
      const { id } = await make(plane).network();
      await make(plane).subnet(id, "2001:db8::/64");
      return asked(() => update(plane, { id, mtu: 1_279 }, "mtu"));
    },
  },
  {
    neutron: "OverQuota",
    when: "a project makes a network more than its quota",
    reason: "QUOTA_EXCEEDED",
    says: /has 2 .* quota is 2/,
    async attempt(plane) {
      const quota = Quota.fromPartial({ projectId: "small", network: 2 });
      await plane.quotas.updateQuota({ quota, updateMask: ["network"], ...plainly });
      for (const name of ["one", "two"]) await make(plane).network({ projectId: "small", name });
      return asked(() => make(plane).network({ projectId: "small" }));
    },
  },
];
