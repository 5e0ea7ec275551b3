import { type Category, type DomainEvent, streamOf } from "@rhumbline/event-sourcing";
import * as ipam from "@rhumbline/proto/rhumbline/ipam/v1/ipam_events";
import * as realised from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import * as scheduler from "@rhumbline/proto/rhumbline/scheduler/v1/scheduler_events";
import { NetworkType } from "@rhumbline/proto/rhumbline/topology/v1/network";
import * as topology from "@rhumbline/proto/rhumbline/topology/v1/topology_events";
import type { SchedulerEvent } from "../../../services/router-scheduler/src/read-model/codec.ts";

/** An event and the stream it belongs in, as its service writes it. */
export interface SampleEvent {
  readonly stream: string;
  readonly event: SchedulerEvent;
}

const of = (category: Category, id: string, event: DomainEvent): SampleEvent => ({
  stream: streamOf(category, id),
  event: event as SchedulerEvent,
});

export const nodeRegistered = (
  id: string,
  options: {
    mappings?: Record<string, string>;
    capabilities?: string[];
    incarnation?: string;
    availabilityZone?: string;
    labels?: Record<string, string>;
    maxRouters?: number;
    tunnelIp?: string;
    underlayMtu?: number;
  } = {},
): SampleEvent => {
  const {
    mappings = { physnet1: "br-ex" },
    capabilities = ["routers", "vxlan"],
    incarnation = "i1",
    ...facts
  } = options;
  const { tunnelIp = `tunnel-${id}` } = options;
  const node = { id, name: `host-${id}`, bridgeMappings: mappings, capabilities, ...facts, tunnelIp };
  const data = scheduler.NodeRegistered.fromJSON({ node, bootId: `boot-${id}`, incarnation });
  return of("node", id, { type: "NodeRegistered", data });
};
export const nodeBecameUnreachable = (nodeId: string): SampleEvent =>
  of("node", nodeId, { type: "NodeBecameUnreachable", data: { nodeId, reason: "no heartbeat" } });
export const nodeFailed = (nodeId: string): SampleEvent =>
  of("node", nodeId, { type: "NodeFailed", data: { nodeId, reason: "no heartbeat" } });
export const nodeRefusedDesiredState = (nodeId: string, reason: string): SampleEvent =>
  of("node", nodeId, { type: "NodeRefusedDesiredState", data: { nodeId, reason } });
export const nodeAcceptedDesiredState = (nodeId: string): SampleEvent =>
  of("node", nodeId, { type: "NodeAcceptedDesiredState", data: { nodeId } });
export const nodeDrainStarted = (nodeId: string, maxMovesAtOnce: number, routersAtStart: number): SampleEvent =>
  of("node", nodeId, { type: "NodeDrainStarted", data: { nodeId, maxMovesAtOnce, routersAtStart } });
export const nodeCordoned = (nodeId: string): SampleEvent =>
  of("node", nodeId, { type: "NodeCordoned", data: { nodeId } });
export const nodeDeleted = (nodeId: string): SampleEvent =>
  of("node", nodeId, { type: "NodeDeleted", data: { nodeId } });

export const routerBound = (routerId: string, nodeId: string, epoch = 1): SampleEvent =>
  of("routerBinding", routerId, { type: "RouterBound", data: { routerId, nodeId, epoch, reason: "test" } });
export const moveStarted = (routerId: string, fromNodeId: string, toNodeId: string): SampleEvent =>
  of("routerBinding", routerId, {
    type: "RouterMoveStarted",
    data: { routerId, fromNodeId, toNodeId, reason: "test" },
  });
export const movePrepared = (routerId: string, toNodeId: string): SampleEvent =>
  of("routerBinding", routerId, { type: "RouterMovePrepared", data: { routerId, toNodeId } });
export const moveAborted = (routerId: string, toNodeId: string): SampleEvent =>
  of("routerBinding", routerId, { type: "RouterMoveAborted", data: { routerId, toNodeId, reason: "test" } });
export const routerUnbound = (routerId: string, nodeId: string, epoch = 1): SampleEvent =>
  of("routerBinding", routerId, { type: "RouterUnbound", data: { routerId, nodeId, epoch, reason: "test" } });

export const changesApplied = (
  nodeId: string,
  seq: number,
  position: number,
  resources: { key: string; position: number; error?: string }[],
): SampleEvent => {
  const data = realised.NodeChangesApplied.fromJSON({ nodeId, seq, position, resources });
  return of("realised", nodeId, { type: "NodeChangesApplied", data });
};

export const networkCreated = (id: string, physicalNetwork = "", mtu = 1450): SampleEvent => {
  const networkType = physicalNetwork === "" ? NetworkType.VXLAN : NetworkType.FLAT;
  return segmentCreated(id, { networkType, physicalNetwork, segmentationId: 0 }, mtu);
};
export const vlanNetworkCreated = (id: string, physicalNetwork: string, segmentationId: number): SampleEvent =>
  segmentCreated(id, { networkType: NetworkType.VLAN, physicalNetwork, segmentationId }, 1500);
const segmentCreated = (id: string, segment: object, mtu: number): SampleEvent => {
  const network = { id, mtu, segment };
  return of("network", id, { type: "NetworkCreated", data: topology.NetworkCreated.fromJSON({ network }) });
};
export const networkMtuChanged = (networkId: string, mtu: number): SampleEvent => {
  const data = topology.NetworkUpdated.fromJSON({ networkId, network: { id: networkId, mtu }, changed: "mtu" });
  return of("network", networkId, { type: "NetworkUpdated", data });
};
export const networkDeleted = (networkId: string): SampleEvent =>
  of("network", networkId, { type: "NetworkDeleted", data: { networkId } });

export const subnetCreated = (id: string, networkId: string, cidr: string, gatewayIp: string): SampleEvent => {
  const subnet = { id, networkId, cidr, gatewayIp };
  return of("subnet", id, { type: "SubnetCreated", data: ipam.SubnetCreated.fromJSON({ subnet }) });
};
export const subnetGatewayChanged = (subnetId: string, gatewayIp: string): SampleEvent => {
  const values = { subnetId, subnet: { id: subnetId, gatewayIp }, changed: "gateway_ip" };
  return of("subnet", subnetId, { type: "SubnetUpdated", data: ipam.SubnetUpdated.fromJSON(values) });
};

export const portCreated = (
  id: string,
  networkId: string,
  ipAddress: string,
  deviceOwner = "compute:nova",
): SampleEvent => {
  const port = { id, networkId, macAddress: `mac-${id}`, fixedIps: [{ subnetId: "s", ipAddress }], deviceOwner };
  return of("port", id, { type: "PortCreated", data: topology.PortCreated.fromJSON({ port }) });
};
export const portBound = (portId: string, nodeId: string, device = ""): SampleEvent =>
  of("port", portId, { type: "PortBound", data: { portId, nodeId, device } });
export const portMoveStarted = (portId: string, fromNodeId: string, toNodeId: string, device = ""): SampleEvent =>
  of("port", portId, { type: "PortMoveStarted", data: { portId, fromNodeId, toNodeId, device } });
export const portMoveAborted = (portId: string, toNodeId: string): SampleEvent =>
  of("port", portId, { type: "PortMoveAborted", data: { portId, toNodeId } });
export const portUnbound = (portId: string, nodeId: string): SampleEvent =>
  of("port", portId, { type: "PortUnbound", data: { portId, nodeId } });
export const portLent = (portId: string, deviceId: string): SampleEvent => {
  const port = { id: portId, deviceId, deviceOwner: "network:router_interface" };
  const data = topology.PortUpdated.fromJSON({ portId, port, changed: "device_id,device_owner" });
  return of("port", portId, { type: "PortUpdated", data });
};
export const portDeleted = (portId: string, networkId: string): SampleEvent =>
  of("port", portId, { type: "PortDeleted", data: { portId, networkId } });

export const routerCreated = (
  id: string,
  wish: { availabilityZoneHints?: string[]; nodeSelector?: Record<string, string> } = {},
): SampleEvent =>
  of("router", id, {
    type: "RouterCreated",
    data: topology.RouterCreated.fromJSON({ router: { id, projectId: "p", ...wish } }),
  });
export const routerAdminDown = (routerId: string): SampleEvent => {
  const values = { routerId, router: { id: routerId, adminStateUp: false }, changed: "admin_state_up" };
  return of("router", routerId, { type: "RouterUpdated", data: topology.RouterUpdated.fromJSON(values) });
};
export const interfaceAdded = (
  routerId: string,
  leg: { portId: string; networkId: string; subnetId: string; ipAddress: string; cidr: string },
): SampleEvent => {
  const { cidr, ...added } = leg;
  const data = topology.RouterInterfaceAdded.fromJSON({
    routerId,
    interface: { ...added, macAddress: `mac-${leg.portId}` },
    cidr,
  });
  return of("router", routerId, { type: "RouterInterfaceAdded", data });
};
export const interfaceRemoved = (routerId: string, portId: string, subnetId: string): SampleEvent =>
  of("router", routerId, { type: "RouterInterfaceRemoved", data: { routerId, portId, subnetId } });
export const gatewaySet = (
  routerId: string,
  gateway: { portId: string; networkId: string; subnetId: string; ipAddress: string },
): SampleEvent => {
  const { portId, networkId, subnetId, ipAddress } = gateway;
  const data = topology.RouterGatewaySet.fromJSON({
    routerId,
    gateway: { networkId, portId, enableSnat: true, addresses: [{ subnetId, ipAddress }] },
    macAddress: `mac-${portId}`,
  });
  return of("router", routerId, { type: "RouterGatewaySet", data });
};
export const gatewayCleared = (routerId: string, networkId: string, portId: string): SampleEvent =>
  of("router", routerId, { type: "RouterGatewayCleared", data: { routerId, networkId, portId } });
export const routerDeleted = (routerId: string): SampleEvent =>
  of("router", routerId, { type: "RouterDeleted", data: { routerId } });

export const floatingIpCreated = (id: string, address: string): SampleEvent => {
  const floatingIp = { id, floatingIpAddress: address };
  return of("floatingIp", id, {
    type: "FloatingIpCreated",
    data: topology.FloatingIpCreated.fromJSON({ floatingIp }),
  });
};
export const floatingIpAssociated = (floatingIpId: string, routerId: string, fixedIpAddress: string): SampleEvent =>
  of("floatingIp", floatingIpId, {
    type: "FloatingIpAssociated",
    data: { floatingIpId, routerId, portId: "port", fixedIpAddress },
  });
export const floatingIpDisassociated = (floatingIpId: string, routerId: string): SampleEvent =>
  of("floatingIp", floatingIpId, { type: "FloatingIpDisassociated", data: { floatingIpId, portId: "port", routerId } });
export const floatingIpDeleted = (floatingIpId: string): SampleEvent =>
  of("floatingIp", floatingIpId, { type: "FloatingIpDeleted", data: { floatingIpId } });
