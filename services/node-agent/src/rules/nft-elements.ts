import type { FilterElement } from "../security/filter-object.ts";
import { element } from "../security/objects.ts";
import type { PortMapping, PortRange, Rule } from "./rule-model.ts";

/** What translates one address or port into another is an element of a map, found in one lookup however many there are. */
export function nftElements({ match, target }: Rule): FilterElement[] {
  const { source, destination, protocol, destinationPorts } = match;
  if (target.kind === "snat" && source !== undefined) return [element("ip", fixedIps, source, target.to)];
  if (target.kind !== "dnat" || destination === undefined) return [];
  const { to, ports } = target;
  if (protocol === undefined || destinationPorts === undefined || ports === undefined)
    return [element("ip", floatingIps, destination, to)];
  return forwardedPorts(`${destination} . ${protocolNumbers[protocol]}`, destinationPorts, to, ports);
}

/** Floating IP -> fixed IP, and back. */
export const floatingIps = "floating-ips";
export const fixedIps = "fixed-ips";
/** Floating IP, protocol and port -> fixed IP and port. */
export const singlePorts = "forwarded-ports";
/** As that, of ranges that lead to one port. */
export const manyToOne = "forwarded-ranges";
/** As that, of ports that lead to those of the same number. */
export const samePorts = "forwarded-same";

export const protocolNumbers = { tcp: 6, udp: 17 } as const;

/** Nftables can't count on from a port, so a range that is shifted has an element for each of its ports. */
function forwardedPorts(key: string, external: PortRange, to: string, mapping: PortMapping): FilterElement[] {
  const { first, last } = external;
  if ("port" in mapping)
    return [
      element("ip", first === last ? singlePorts : manyToOne, `${key} . ${text(external)}`, `${to} . ${mapping.port}`),
    ];
  if (mapping.first === mapping.base) return [element("ip", samePorts, `${key} . ${text(external)}`, to)];
  return Array.from({ length: last - first + 1 }, (_, i) =>
    element("ip", singlePorts, `${key} . ${first + i}`, `${to} . ${mapping.first + first + i - mapping.base}`),
  );
}

const text = ({ first, last }: PortRange): string => (first === last ? `${first}` : `${first}-${last}`);
