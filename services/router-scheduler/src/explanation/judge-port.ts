import {
  type Cidr,
  type FirstPacket,
  formatIpAddress,
  formatIpProtocol,
  ipAddressBits,
  type Mismatch,
  mismatchOf,
  parsePrefix,
  securityRule,
} from "@rhumbline/net";
import type { DesiredSecurityGroupRule } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { membersOf } from "../logical-network/membership.ts";
import { isInstancePort, type LogicalNetwork, type Port } from "../logical-network/state.ts";
import type { Direction } from "./question.ts";

/** Whether a port's groups let a packet through, and what each of their rules has to do with it. */
export interface PortVerdict {
  readonly portId: string;
  readonly direction: Direction;
  readonly passes: boolean;
  readonly reason: string;
  /** Of its groups, in that direction. */
  readonly rules: readonly JudgedRule[];
  /** Undefined: none is missing, or no group is there to have it. */
  readonly missing: MissingRule | undefined;
}

interface JudgedRule {
  readonly securityGroupId: string;
  readonly ruleId: string;
  /** Why it does not apply; empty: it lets the packet through. */
  readonly objection: string;
}

/** The narrowest rule that would let the packet through. */
export interface MissingRule {
  readonly securityGroupId: string;
  readonly direction: Direction;
  readonly packet: FirstPacket;
  /** Empty: anybody. */
  readonly remoteIpPrefix: string;
}

type Groups = Pick<LogicalNetwork, "ports" | "securityGroups" | "addressGroups" | "portsByGroup">;

export function judgePort(
  state: Groups,
  [portId, port]: readonly [string, Port],
  direction: Direction,
  packet: FirstPacket,
): PortVerdict {
  const verdict = (passes: boolean, reason: string): PortVerdict => ({
    portId,
    direction,
    passes,
    reason,
    rules: [],
    missing: undefined,
  });
  if (!port.adminStateUp) return verdict(false, "the port is administratively down");
  if (!isInstancePort(port)) return verdict(true, "it is no instance's port: nothing is kept from it");
  if (!port.portSecurity) return verdict(true, "port security is off: nothing is kept from it");
  const [securityGroupId] = port.securityGroupIds;
  if (securityGroupId === undefined) return verdict(false, "the port has no security group, so nothing passes");
  const rules = judgedRules(state, port, direction, packet);
  const allowing = rules.find(({ objection }) => objection === "");
  if (allowing !== undefined) {
    const reason = `rule ${allowing.ruleId} of security group ${allowing.securityGroupId} lets it through`;
    return { ...verdict(true, reason), rules };
  }
  const reason =
    rules.length === 0
      ? `its groups have no rule for ${direction}`
      : `no ${direction} rule of its groups lets it through`;
  const missing = { securityGroupId, direction, packet, remoteIpPrefix: prefixOf(packet) };
  return { ...verdict(false, reason), rules, missing };
}

function judgedRules(state: Groups, port: Port, direction: Direction, packet: FirstPacket): JudgedRule[] {
  return port.securityGroupIds.flatMap((securityGroupId) =>
    (state.securityGroups.get(securityGroupId)?.rules ?? [])
      .filter(({ ingress }) => ingress === (direction === "ingress"))
      .map((message) => {
        const mismatch = mismatchOf(securityRule(message), packet, () => remoteAddresses(state, message));
        const objection = mismatch === undefined ? "" : objections[mismatch](message);
        return { securityGroupId, ruleId: message.ruleId, objection };
      }),
  );
}

/** What a named remote stands for: addresses of an address group, or of the ports that have a group. */
function remoteAddresses(state: Groups, rule: DesiredSecurityGroupRule): Cidr[] {
  const { remoteGroupId, remoteAddressGroupId } = rule;
  if (remoteGroupId === "") return (state.addressGroups.get(remoteAddressGroupId)?.addresses ?? []).map(parsePrefix);
  return membersOf(state.portsByGroup, remoteGroupId).flatMap((id) => {
    const { ipAddresses = [], allowedAddressPairs = [] } = state.ports.get(id) ?? {};
    return [...ipAddresses, ...allowedAddressPairs.map(({ ipAddress }) => ipAddress)].map(parsePrefix);
  });
}

const objections: Readonly<Record<Mismatch, (rule: DesiredSecurityGroupRule) => string>> = {
  family: ({ ipv6 }) => `is for IPv${ipv6 ? 6 : 4}`,
  protocol: ({ protocol = 0 }) => `is for ${formatIpProtocol(protocol)}`,
  ports: ({ portRangeMin: min, portRangeMax: max }) =>
    min === max ? `is for port ${min}` : `is for ports ${min}-${max}`,
  icmp: ({ icmpType, icmpCode }) => `is for ICMP type ${icmpType}${icmpCode === undefined ? "" : `, code ${icmpCode}`}`,
  remote: ({ remoteIpPrefix, remoteGroupId, remoteAddressGroupId }) => {
    if (remoteGroupId !== "") return `is for members of security group ${remoteGroupId}`;
    if (remoteAddressGroupId !== "") return `is for addresses of address group ${remoteAddressGroupId}`;
    return `is for ${remoteIpPrefix}`;
  },
};

const prefixOf = ({ remote }: FirstPacket): string =>
  remote === undefined ? "" : `${formatIpAddress(remote)}/${ipAddressBits(remote.family)}`;
