import type { DesiredRouter, RouterPort } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { prefixLengthOf } from "../logical-network/router.ts";
import type { Gateway, Interface, LogicalNetwork, Router } from "../logical-network/state.ts";
import { nameServersOf } from "./name-servers.ts";

/** A router as its node is to realise it. */
export function compileRouter(
  state: LogicalNetwork,
  routerId: string,
  { adminStateUp, gateway, interfaces, routes }: Router,
  { epoch: bindingEpoch, standby }: { readonly epoch: number; readonly standby: boolean },
): DesiredRouter {
  return {
    routerId,
    adminStateUp,
    gateway: gateway && gatewayPort(state, gateway),
    gatewayNextHops: gateway === undefined ? [] : nextHops(state, gateway),
    enableSnat: gateway?.enableSnat ?? false,
    interfaces: interfacePorts(state, interfaces),
    routes,
    bindingEpoch,
    standby,
  };
}

function gatewayPort(state: LogicalNetwork, gateway: Gateway): RouterPort {
  const { portId, networkId, macAddress } = gateway;
  const addresses = gateway.addresses.flatMap(({ subnetId, ipAddress }) => {
    const cidr = state.subnets.get(subnetId)?.cidr;
    return cidr === undefined ? [] : [`${ipAddress}/${prefixLengthOf(cidr)}`];
  });
  return { portId, networkId, macAddress, addresses, mtu: mtuOf(state, networkId), advertisedSubnets: [] };
}

/** The gateways of the subnets that the router has an address in: the first of each IP version. */
function nextHops(state: LogicalNetwork, { addresses }: Gateway): string[] {
  const gatewayIps = addresses.flatMap(({ subnetId }) => state.subnets.get(subnetId)?.gatewayIp || []);
  const v4 = gatewayIps.find((ip) => !ip.includes(":"));
  const v6 = gatewayIps.find((ip) => ip.includes(":"));
  return [v4, v6].filter((ip) => ip !== undefined);
}

/** Addresses of one port make one leg. */
function interfacePorts(state: LogicalNetwork, interfaces: readonly Interface[]): RouterPort[] {
  const portById = new Map<string, RouterPort>();
  for (const { portId, networkId, subnetId, macAddress, address } of interfaces) {
    const before = portById.get(portId);
    const addresses = [...(before?.addresses ?? []), address];
    const advertisedSubnets = [...(before?.advertisedSubnets ?? []), ...advertised(state, subnetId)];
    const mtu = mtuOf(state, networkId);
    portById.set(portId, { portId, networkId, macAddress, addresses, mtu, advertisedSubnets });
  }
  return [...portById.values()];
}

/** None where somebody else advertises, or nobody. */
function advertised(state: LogicalNetwork, subnetId: string): RouterPort["advertisedSubnets"] {
  const subnet = state.subnets.get(subnetId);
  if (subnet === undefined || subnet.ipv6RaMode === "") return [];
  const { cidr, ipv6RaMode } = subnet;
  return [{ cidr, ipv6RaMode, dnsNameservers: nameServersOf(state, subnet) }];
}

const mtuOf = (state: LogicalNetwork, networkId: string): number => state.networks.get(networkId)?.mtu ?? 0;
