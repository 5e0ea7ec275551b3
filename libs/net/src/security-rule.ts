import { type Cidr, cidrContains, cidrOf, parseCidr } from "./cidr.ts";
import { type IpAddress, type IpFamily, ipAddressBits, parseIpAddress } from "./ip-address.ts";

/** Lets a connection through that begins in its direction. Every given part must hold. */
export interface SecurityRule {
  readonly id: string;
  readonly direction: "ingress" | "egress";
  readonly family: IpFamily;
  readonly protocol: number | undefined;
  /** First and last destination port. */
  readonly ports: readonly [number, number] | undefined;
  readonly icmp: { readonly type: number; readonly code: number | undefined } | undefined;
  readonly remote: Remote | undefined;
}

type Remote =
  | { readonly kind: "prefix"; readonly prefix: Cidr }
  /** Addresses that are known elsewhere: of `remoteOfGroup` or `remoteOfAddressGroup`. */
  | { readonly kind: "named"; readonly name: string };

/** The members of a group; a chain of that name is none of theirs. */
export const remoteOfGroup = (groupId: string): string => `members-${groupId}`;
export const remoteOfAddressGroup = (addressGroupId: string): string => `addresses-${addressGroupId}`;

/** A rule as messages have it; 0 and empty text: any. */
interface RuleMessage {
  readonly ruleId: string;
  readonly ingress: boolean;
  readonly ipv6: boolean;
  readonly protocol?: number | undefined;
  readonly portRangeMin: number;
  readonly portRangeMax: number;
  readonly icmpType?: number | undefined;
  readonly icmpCode?: number | undefined;
  readonly remoteIpPrefix: string;
  readonly remoteGroupId: string;
  readonly remoteAddressGroupId: string;
}

/** @throws InvalidCidr, InvalidIpAddress */
export function securityRule(rule: RuleMessage): SecurityRule {
  const { ruleId: id, ingress, ipv6, protocol, portRangeMin, portRangeMax, icmpType, icmpCode } = rule;
  return {
    id,
    direction: ingress ? "ingress" : "egress",
    family: ipv6 ? 6 : 4,
    protocol,
    ports: portRangeMin === 0 ? undefined : [portRangeMin, portRangeMax],
    icmp: icmpType === undefined ? undefined : { type: icmpType, code: icmpCode },
    remote: remoteOf(rule),
  };
}

function remoteOf({ remoteGroupId, remoteAddressGroupId, remoteIpPrefix }: RuleMessage): Remote | undefined {
  if (remoteGroupId !== "") return { kind: "named", name: remoteOfGroup(remoteGroupId) };
  if (remoteAddressGroupId !== "") return { kind: "named", name: remoteOfAddressGroup(remoteAddressGroupId) };
  return remoteIpPrefix === "" ? undefined : { kind: "prefix", prefix: parsePrefix(remoteIpPrefix) };
}

/** Of a CIDR, or of an address, which is one of its own.
 *  @throws InvalidCidr, InvalidIpAddress */
export function parsePrefix(text: string): Cidr {
  return text.includes("/") ? parseCidr(text) : singleAddress(parseIpAddress(text));
}

export const singleAddress = (address: IpAddress): Cidr => cidrOf(address, ipAddressBits(address.family));

/** What a rule looks at of the packet that begins a connection. */
export interface FirstPacket {
  readonly family: IpFamily;
  readonly protocol: number;
  /** 0: the protocol has none. */
  readonly destinationPort: number;
  readonly icmp: { readonly type: number; readonly code: number } | undefined;
  /** The other end; undefined: anybody, so that only a rule for all addresses holds. */
  readonly remote: IpAddress | undefined;
}

/** Which part of a rule does not hold for a packet. */
export type Mismatch = "family" | "protocol" | "ports" | "icmp" | "remote";

/** Undefined: the rule lets the packet through, in its direction.
 *  @param addressesOf those of a named remote. */
export function mismatchOf(
  rule: SecurityRule,
  packet: FirstPacket,
  addressesOf: (name: string) => readonly Cidr[],
): Mismatch | undefined {
  if (rule.family !== packet.family) return "family";
  if (rule.protocol !== undefined && rule.protocol !== packet.protocol) return "protocol";
  const { ports, icmp, remote } = rule;
  if (ports !== undefined && (packet.destinationPort < ports[0] || packet.destinationPort > ports[1])) return "ports";
  if (icmp !== undefined) {
    if (packet.icmp?.type !== icmp.type) return "icmp";
    if (icmp.code !== undefined && packet.icmp.code !== icmp.code) return "icmp";
  }
  return remote === undefined || holds(remote, packet.remote, addressesOf) ? undefined : "remote";
}

function holds(
  remote: Remote,
  address: IpAddress | undefined,
  addressesOf: (name: string) => readonly Cidr[],
): boolean {
  const prefixes = remote.kind === "prefix" ? [remote.prefix] : addressesOf(remote.name);
  return prefixes.some((prefix) =>
    address === undefined
      ? prefix.prefixLength === 0
      : prefix.network.family === address.family && cidrContains(prefix, address),
  );
}
