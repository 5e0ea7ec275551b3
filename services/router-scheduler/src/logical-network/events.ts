import type { SubnetCreated, SubnetDeleted, SubnetUpdated } from "@rhumbline/proto/rhumbline/ipam/v1/ipam_events";
import type * as topology from "@rhumbline/proto/rhumbline/topology/v1/topology_events";

/** What topology and ipam say that nodes need to know. */
export type LogicalNetworkEvent =
  | NetworkEvent
  | SubnetEvent
  | PortEvent
  | RouterEvent
  | FloatingIpEvent
  | SecurityGroupEvent
  | AddressGroupEvent;

export type NetworkEvent =
  | { readonly type: "NetworkCreated"; readonly data: topology.NetworkCreated }
  | { readonly type: "NetworkUpdated"; readonly data: topology.NetworkUpdated }
  | { readonly type: "NetworkDeleted"; readonly data: topology.NetworkDeleted };

export type SubnetEvent =
  | { readonly type: "SubnetCreated"; readonly data: SubnetCreated }
  | { readonly type: "SubnetUpdated"; readonly data: SubnetUpdated }
  | { readonly type: "SubnetDeleted"; readonly data: SubnetDeleted };

export type PortEvent =
  | { readonly type: "PortCreated"; readonly data: topology.PortCreated }
  | { readonly type: "PortUpdated"; readonly data: topology.PortUpdated }
  | { readonly type: "PortBound"; readonly data: topology.PortBound }
  | { readonly type: "PortUnbound"; readonly data: topology.PortUnbound }
  | { readonly type: "PortMoveStarted"; readonly data: topology.PortMoveStarted }
  | { readonly type: "PortMoveAborted"; readonly data: topology.PortMoveAborted }
  | { readonly type: "PortDeleted"; readonly data: topology.PortDeleted };

export type RouterEvent =
  | { readonly type: "RouterCreated"; readonly data: topology.RouterCreated }
  | { readonly type: "RouterUpdated"; readonly data: topology.RouterUpdated }
  | { readonly type: "RouterInterfaceAdded"; readonly data: topology.RouterInterfaceAdded }
  | { readonly type: "RouterInterfaceRemoved"; readonly data: topology.RouterInterfaceRemoved }
  | { readonly type: "RouterGatewaySet"; readonly data: topology.RouterGatewaySet }
  | { readonly type: "RouterGatewayCleared"; readonly data: topology.RouterGatewayCleared }
  | { readonly type: "RouterDeleted"; readonly data: topology.RouterDeleted };

export type FloatingIpEvent =
  | { readonly type: "FloatingIpCreated"; readonly data: topology.FloatingIpCreated }
  | { readonly type: "FloatingIpUpdated"; readonly data: topology.FloatingIpUpdated }
  | { readonly type: "FloatingIpAssociated"; readonly data: topology.FloatingIpAssociated }
  | { readonly type: "FloatingIpDisassociated"; readonly data: topology.FloatingIpDisassociated }
  | { readonly type: "FloatingIpDeleted"; readonly data: topology.FloatingIpDeleted }
  | { readonly type: "PortForwardingCreated"; readonly data: topology.PortForwardingCreated }
  | { readonly type: "PortForwardingUpdated"; readonly data: topology.PortForwardingUpdated }
  | { readonly type: "PortForwardingDeleted"; readonly data: topology.PortForwardingDeleted };

export type SecurityGroupEvent =
  | { readonly type: "SecurityGroupCreated"; readonly data: topology.SecurityGroupCreated }
  | { readonly type: "SecurityGroupUpdated"; readonly data: topology.SecurityGroupUpdated }
  | { readonly type: "SecurityGroupRuleAdded"; readonly data: topology.SecurityGroupRuleAdded }
  | { readonly type: "SecurityGroupRuleRemoved"; readonly data: topology.SecurityGroupRuleRemoved }
  | { readonly type: "SecurityGroupDeleted"; readonly data: topology.SecurityGroupDeleted };

export type AddressGroupEvent =
  | { readonly type: "AddressGroupCreated"; readonly data: topology.AddressGroupCreated }
  | { readonly type: "AddressGroupUpdated"; readonly data: topology.AddressGroupUpdated }
  | { readonly type: "AddressGroupDeleted"; readonly data: topology.AddressGroupDeleted };
