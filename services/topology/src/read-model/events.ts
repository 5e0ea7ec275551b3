import { type EventOf, eventCodec } from "@rhumbline/event-sourcing";
import * as ipam from "@rhumbline/proto/rhumbline/ipam/v1/ipam_events";
import * as realised from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import * as scheduler from "@rhumbline/proto/rhumbline/scheduler/v1/scheduler_events";
import * as topology from "@rhumbline/proto/rhumbline/topology/v1/topology_events";

const ownMessages = {
  NetworkCreated: topology.NetworkCreated,
  NetworkUpdated: topology.NetworkUpdated,
  NetworkDeleted: topology.NetworkDeleted,
  SegmentAllocated: topology.SegmentAllocated,
  SegmentReleased: topology.SegmentReleased,
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
  QuotaUpdated: topology.QuotaUpdated,
};

/** What a node did to its kernel is most of a report, and nothing of it is kept here. */
const reportedOutcomes = {
  ...realised.NodeChangesApplied,
  fromJSON: (report: object) => realised.NodeChangesApplied.fromJSON({ ...report, operations: [] }),
};

const foreignMessages = {
  ScopeOpened: ipam.ScopeOpened,
  ScopeClosed: ipam.ScopeClosed,
  SubnetCreated: ipam.SubnetCreated,
  SubnetUpdated: ipam.SubnetUpdated,
  SubnetDeleted: ipam.SubnetDeleted,
  NodeRegistered: scheduler.NodeRegistered,
  NodeDeleted: scheduler.NodeDeleted,
  RouterBound: scheduler.RouterBound,
  RouterUnbound: scheduler.RouterUnbound,
  NodeStarted: realised.NodeStarted,
  NodeChangesApplied: reportedOutcomes,
};

/** Addresses are ipam's to count, and what becomes of nodes shows in what stands on them. */
export const ignoredTypes: ReadonlySet<string> = new Set([
  "CidrReserved",
  "CidrReleased",
  "MacAddressAllocated",
  "MacAddressReleased",
  "AddressAllocated",
  "AddressReleased",
  "NodeBecameReachable",
  "NodeBecameUnreachable",
  "NodeCordoned",
  "NodeUncordoned",
  "NodeDrainStarted",
  "NodeDrained",
  "NodeFailed",
  "NodeRefusedDesiredState",
  "NodeAcceptedDesiredState",
  "RouterMoveStarted",
  "RouterMovePrepared",
  "RouterMoveAborted",
  "RouterUnschedulable",
  "NodeReportsLost",
] satisfies (keyof typeof ipam | keyof typeof scheduler | keyof typeof realised)[]);

const messages = { ...ownMessages, ...foreignMessages };

export type OwnEvent = EventOf<typeof ownMessages>;
export type ForeignEvent = EventOf<typeof foreignMessages>;

export const topologyCodec = eventCodec(messages);

export const isOwn = (event: OwnEvent | ForeignEvent): event is OwnEvent => event.type in ownMessages;
