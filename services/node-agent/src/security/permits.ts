import { cidrContains, type IpAddress, mismatchOf, parseIpAddress } from "@rhumbline/net";
import type { ObservedConnection } from "../observed/observed-kernel.ts";
import type { PortSecurity, Security } from "./model.ts";

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
  { groups, remotes }: Security,
  { groupIds }: PortSecurity,
  connection: ObservedConnection,
  direction: "ingress" | "egress",
  remote: IpAddress,
): boolean {
  const packet = { ...connection, remote };
  const addressesOf = (name: string) => remotes.get(name)?.addresses ?? [];
  return groupIds.some((id) =>
    groups
      .get(id)
      ?.rules.some((rule) => rule.direction === direction && mismatchOf(rule, packet, addressesOf) === undefined),
  );
}
