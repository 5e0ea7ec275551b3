import { type EventOf, eventCodec } from "@rhumbline/event-sourcing";
import * as ipam from "@rhumbline/proto/rhumbline/ipam/v1/ipam_events";
import * as realised from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import * as scheduler from "@rhumbline/proto/rhumbline/scheduler/v1/scheduler_events";
import * as topology from "@rhumbline/proto/rhumbline/topology/v1/topology_events";

const eventMessages = {
  NodeRegistered: scheduler.NodeRegistered,
  NodeBecameReachable: scheduler.NodeBecameReachable,
  NodeBecameUnreachable: scheduler.NodeBecameUnreachable,
  NodeDeleted: scheduler.NodeDeleted,
  NodeCordoned: scheduler.NodeCordoned,
  NodeUncordoned: scheduler.NodeUncordoned,
  NodeDrainStarted: scheduler.NodeDrainStarted,
  NodeDrained: scheduler.NodeDrained,
  NodeFailed: scheduler.NodeFailed,
  NodeRefusedDesiredState: scheduler.NodeRefusedDesiredState,
  NodeAcceptedDesiredState: scheduler.NodeAcceptedDesiredState,
  RouterBound: scheduler.RouterBound,
  RouterUnbound: scheduler.RouterUnbound,
  RouterUnschedulable: scheduler.RouterUnschedulable,
  RouterMoveStarted: scheduler.RouterMoveStarted,
  RouterMovePrepared: scheduler.RouterMovePrepared,
  RouterMoveAborted: scheduler.RouterMoveAborted,
  NodeStarted: realised.NodeStarted,
  NodeChangesApplied: realised.NodeChangesApplied,
  NodeReportsLost: realised.NodeReportsLost,
  NetworkCreated: topology.NetworkCreated,
  NetworkUpdated: topology.NetworkUpdated,
  NetworkDeleted: topology.NetworkDeleted,
  PortCreated: topology.PortCreated,
  PortUpdated: topology.PortUpdated,
  PortBound: topology.PortBound,
  PortUnbound: topology.PortUnbound,
  PortMoveStarted: topology.PortMoveStarted,
  PortMoveAborted: topology.PortMoveAborted,
  PortDeleted: topology.PortDeleted,
  RouterCreated: topology.RouterCreated,
  RouterUpdated: topology.RouterUpdated,
  RouterInterfaceAdded: topology.RouterInterfaceAdded,
  RouterInterfaceRemoved: topology.RouterInterfaceRemoved,
  RouterGatewaySet: topology.RouterGatewaySet,
  RouterGatewayCleared: topology.RouterGatewayCleared,
  RouterDeleted: topology.RouterDeleted,
  FloatingIpCreated: topology.FloatingIpCreated,
  FloatingIpUpdated: topology.FloatingIpUpdated,
  FloatingIpAssociated: topology.FloatingIpAssociated,
  FloatingIpDisassociated: topology.FloatingIpDisassociated,
  FloatingIpDeleted: topology.FloatingIpDeleted,
  PortForwardingCreated: topology.PortForwardingCreated,
  PortForwardingUpdated: topology.PortForwardingUpdated,
  PortForwardingDeleted: topology.PortForwardingDeleted,
  SecurityGroupCreated: topology.SecurityGroupCreated,
  SecurityGroupUpdated: topology.SecurityGroupUpdated,
  SecurityGroupRuleAdded: topology.SecurityGroupRuleAdded,
  SecurityGroupRuleRemoved: topology.SecurityGroupRuleRemoved,
  SecurityGroupDeleted: topology.SecurityGroupDeleted,
  AddressGroupCreated: topology.AddressGroupCreated,
  AddressGroupUpdated: topology.AddressGroupUpdated,
  AddressGroupDeleted: topology.AddressGroupDeleted,
  SubnetCreated: ipam.SubnetCreated,
  SubnetUpdated: ipam.SubnetUpdated,
  SubnetDeleted: ipam.SubnetDeleted,
};

/** In a subnet's stream, and nothing to a node: the resources that got the addresses carry them. */
export const ignoredTypes: ReadonlySet<string> = new Set([
  "AddressAllocated",
  "AddressReleased",
] satisfies (keyof typeof ipam)[]);

export type SchedulerEvent = EventOf<typeof eventMessages>;

export const schedulerCodec = eventCodec(eventMessages);
