import { cidrContains, type IpAddress, parseIpAddress } from "@rhumbline/net";
import type { ObservedConnection } from "../observed/observed-kernel.ts";
import type { PortSecurity, Security, SecurityRule } from "./model.ts";

/** Whether a connection of a bridge may go on: whoever of its two ends is a filtered port there must let it begin anew. */
export function permits(
  security: Security,
  portsOfBridge: readonly PortSecurity[],
  connection: ObservedConnection,
): boolean {
  const source = parseIpAddress(connection.source);
  const destination = parseIpAddress(connection.destination);
  if (isAddressAssignment(connection)) return true;
  return portsOfBridge.every((port) => {
    const sends = hasAddress(port, source);
    const gets = hasAddress(port, destination);
    return (
      !port.filtered ||
      ((!sends || isLetThrough(security, port, connection, "egress", destination)) &&
        (!gets || isLetThrough(security, port, connection, "ingress", source)))
    );
  });
}

const hasAddress = ({ sources }: PortSecurity, address: IpAddress): boolean =>
  sources.some(({ addresses }) => addresses.network.family === address.family && cidrContains(addresses, address));

/** DHCP, whatever the groups say. */
function isAddressAssignment({ protocol, sourcePort, destinationPort }: ObservedConnection): boolean {
  const ports = `${sourcePort} ${destinationPort}`;
  return protocol === 17 && ["67 68", "68 67", "546 547", "547 546"].includes(ports);
}

function isLetThrough(
  security: Security,
  { groupIds }: PortSecurity,
  connection: ObservedConnection,
  direction: "ingress" | "egress",
  remote: IpAddress,
): boolean {
  return groupIds.some((id) =>
    security.groups
      .get(id)
      ?.rules.some((rule) => rule.direction === direction && matches(security, rule, connection, remote)),
  );
}

function matches(security: Security, rule: SecurityRule, connection: ObservedConnection, remote: IpAddress): boolean {
  const { family, protocol, ports, icmp } = rule;
  if (family !== connection.family || (protocol !== undefined && protocol !== connection.protocol)) return false;
  const { destinationPort } = connection;
  if (ports !== undefined && (destinationPort < ports[0] || destinationPort > ports[1])) return false;
  if (icmp !== undefined) {
    if (connection.icmp?.type !== icmp.type) return false;
    if (icmp.code !== undefined && connection.icmp.code !== icmp.code) return false;
  }
  return isRemote(security, rule, remote);
}

function isRemote({ remotes }: Security, { remote }: SecurityRule, address: IpAddress): boolean {
  if (remote === undefined) return true;
  const prefixes = remote.kind === "prefix" ? [remote.prefix] : (remotes.get(remote.name)?.addresses ?? []);
  return prefixes.some((prefix) => prefix.network.family === address.family && cidrContains(prefix, address));
}
