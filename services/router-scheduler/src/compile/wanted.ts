import { isInstancePort, joinsNothing, nodesOfPort, type Router } from "../logical-network/state.ts";
import { compileDhcp } from "./compile-dhcp.ts";
import { compileRouter } from "./compile-router.ts";
import { tunnelPeersOf, wantedForwarding } from "./forwarding.ts";
import { isOnStandby, nodesOfRouter } from "./nodes-of-router.ts";
import type { Place } from "./place.ts";
import { wantedPeer } from "./probe-ring.ts";
import { splitResourceKey } from "./resource-key.ts";
import type { Compiled, Resource } from "./state.ts";
import { securityOf, wantedAddressGroup, wantedGroupMember, wantedSecurityGroup } from "./wanted-groups.ts";

/** What a node is to realise of a resource; undefined: nothing. */
export function wantedAt(state: Compiled, { nodeId, key }: Place): Resource | undefined {
  const { kind, id } = splitResourceKey(key);
  switch (kind) {
    case "network":
      return wantedNetwork(state, nodeId, id);
    case "port":
      return wantedPort(state, nodeId, id);
    case "router":
      return wantedRouter(state, nodeId, id);
    case "floatingip":
      return wantedFloatingIp(state, nodeId, id);
    case "portforwarding":
      return wantedPortForwarding(state, nodeId, id);
    case "forwarding":
      return wantedForwarding(state, nodeId, id);
    case "dhcp":
      return wantedDhcp(state, nodeId, id);
    case "peer":
      return wantedPeer(state, nodeId, id);
    case "securitygroup":
      return wantedSecurityGroup(state, nodeId, id);
    case "groupmember":
      return wantedGroupMember(state, nodeId, id);
    case "addressgroup":
      return wantedAddressGroup(state, nodeId, id);
    default:
      return kind satisfies never;
  }
}

/** Where something of the network is: an external network too, which the node's own bridge or device carries. */
function wantedNetwork(state: Compiled, nodeId: string, networkId: string): Resource | undefined {
  const network = state.networks.get(networkId);
  const used = state.usersByNetwork.get(networkId)?.has(nodeId) ?? false;
  if (network === undefined || !used) return undefined;
  return { $case: "network", value: { ...network, tunnelPeers: tunnelPeersOf(state, networkId, nodeId) } };
}

function wantedPort(state: Compiled, nodeId: string, portId: string): Resource | undefined {
  const port = state.ports.get(portId);
  if (port === undefined || !isInstancePort(port) || !nodesOfPort(port).includes(nodeId)) return undefined;
  const { networkId, macAddress, ipAddresses, adminStateUp, dhcpOptions, dnsName } = port;
  const { portSecurity, securityGroupIds, allowedAddressPairs } = securityOf(port);
  const standby = port.nodeId !== nodeId;
  const device = (standby ? port.move?.device : port.device) ?? "";
  // Written out: a copy that is given more than it was made of costs a hundred times as much.
  const value = {
    portId,
    networkId,
    macAddress,
    ipAddresses,
    dnsName,
    device,
    standby,
    adminStateUp,
    dhcpOptions,
    portSecurity,
    securityGroupIds,
    allowedAddressPairs,
  };
  return { $case: "port", value };
}

function wantedRouter(state: Compiled, nodeId: string, routerId: string): Resource | undefined {
  const router = routerAt(state, nodeId, routerId);
  if (router === undefined) return undefined;
  const binding = { epoch: epochOf(state, routerId), standby: isOnStandby(state, routerId, nodeId) };
  return { $case: "router", value: compileRouter(state, routerId, router, binding) };
}

/** The router, if the node has anything to do for it: it comes there with its first leg, and goes with the last (ADR 46). */
function routerAt(state: Compiled, nodeId: string, routerId: string): Router | undefined {
  const router = state.routers.get(routerId);
  if (router === undefined || joinsNothing(router)) return undefined;
  return nodesOfRouter(state, routerId).includes(nodeId) ? router : undefined;
}

function wantedFloatingIp(state: Compiled, nodeId: string, floatingIpId: string): Resource | undefined {
  const floatingIp = state.floatingIps.get(floatingIpId);
  if (!floatingIp?.fixedIpAddress || routerAt(state, nodeId, floatingIp.routerId) === undefined) return undefined;
  const { routerId, address: floatingIpAddress, fixedIpAddress } = floatingIp;
  // Another at each binding, so that the node that took over says that it has it.
  const bindingEpoch = epochOf(state, routerId);
  return { $case: "floatingIp", value: { floatingIpId, routerId, floatingIpAddress, fixedIpAddress, bindingEpoch } };
}

function wantedPortForwarding(state: Compiled, nodeId: string, portForwardingId: string): Resource | undefined {
  const floatingIp = state.floatingIps.get(state.floatingIpByForwarding.get(portForwardingId) ?? "");
  const forwarding = floatingIp?.forwardings.get(portForwardingId);
  if (floatingIp === undefined || forwarding === undefined) return undefined;
  const { routerId, protocol, externalPorts, internalPorts, internalIpAddress } = forwarding;
  if (routerAt(state, nodeId, routerId) === undefined) return undefined;
  const value = {
    portForwardingId,
    routerId,
    floatingIpAddress: floatingIp.address,
    protocol,
    externalFirst: externalPorts.first,
    externalLast: externalPorts.last,
    internalIpAddress,
    internalFirst: internalPorts.first,
    internalLast: internalPorts.last,
    bindingEpoch: epochOf(state, routerId),
  };
  return { $case: "portForwarding", value };
}

/** Where an instance of the network is. */
function wantedDhcp(state: Compiled, nodeId: string, networkId: string): Resource | undefined {
  const needed = state.instancesByNetwork.get(networkId)?.has(nodeId) ?? false;
  const value = needed ? compileDhcp(state, networkId) : undefined;
  return value && { $case: "dhcp", value };
}

const epochOf = ({ bindings }: Compiled, routerId: string): number => bindings.get(routerId)?.epoch ?? 0;
