import type {
  ExplainPortResponse,
  GivenLeases,
  JudgedRule,
  PortForwarder,
  PortLease,
  PortPlace,
  PortVerdict,
  TrafficVerdict,
} from "@rhumbline/proto/rhumbline/scheduler/v1/port_explanation_service";
import { Direction } from "@rhumbline/proto/rhumbline/topology/v1/security_group";
import type { Column } from "../output/table.ts";

/** Where the port is and what its groups are, a line each. */
export function placeLines(
  name: string,
  { place, portSecurity, securityGroupIds }: ExplainPortResponse,
  named: (text: string) => string,
): string[] {
  if (place === undefined) return [];
  const { nodeName, movingToNodeName, device, bridge, networkType, segmentationId, physicalNetwork, mtu } = place;
  const where = [
    nodeName === "" ? "" : `on node ${nodeName}`,
    device === "" ? "" : `device ${device}`,
    bridge === "" || nodeName === "" ? "" : `bridge ${bridge}`,
    movingToNodeName === "" ? "" : `on its way to ${movingToNodeName}`,
  ].filter(Boolean);
  const segment = [networkType, segmentationId === 0 ? "" : String(segmentationId), physicalNetwork].filter(Boolean);
  const groups = securityGroupIds.length === 0 ? "none: nothing passes" : named(securityGroupIds.join(", "));
  return [
    `port ${name}: ${where.join(", ") || "bound to no node that you are told of"}`,
    `network: ${segment.join(" ")}, MTU ${mtu}`,
    ...underlayLines(place),
    `realised: ${place.realised ? "yes" : `no${place.reason === "" ? "" : `: ${place.reason}`}`}`,
    `security groups: ${portSecurity ? groups : "port security is off: nothing is kept from it"}`,
  ];
}

function underlayLines({ nodeName, missingUnderlayBytes }: PortPlace): string[] {
  if (missingUnderlayBytes === 0) return [];
  return [
    `underlay: ${nodeName} carries ${missingUnderlayBytes} bytes too few between the nodes: large packets are lost`,
  ];
}

export const forwarderColumns = ({ place }: ExplainPortResponse): Column<PortForwarder>[] => [
  { heading: "FROM NODE", text: ({ nodeName, nodeId }) => nodeName || nodeId },
  {
    heading: "FRAMES FOR IT",
    text: ({ unicast, floods }) =>
      unicast ? `to ${place?.nodeName} alone` : floods ? "to every node of the network" : "go nowhere",
  },
  {
    heading: "UNKNOWN AND BROADCAST",
    text: ({ floods }) => (floods ? `to ${place?.nodeName} too` : "not to its node"),
  },
  {
    heading: "UNDERLAY",
    text: ({ missingUnderlayBytes: missing }) =>
      missing === 0 ? "" : `${missing} bytes too small: large packets are lost`,
  },
];

/** @param given what its node's server gave; undefined: nobody was asked. */
export const leaseColumns = (name: (id: string) => string, given: GivenLeases | undefined): Column<PortLease>[] => [
  { heading: "ADDRESS", text: ({ ipAddress }) => ipAddress },
  { heading: "SUBNET", text: ({ subnetId }) => name(subnetId) },
  { heading: "TOLD BY", text: toldBy },
  { heading: "GIVEN", text: (lease) => givenText(lease, given) },
  { heading: "GATEWAY", text: ({ gatewayIp }) => gatewayIp },
  { heading: "DNS", text: ({ dnsNameservers }) => dnsNameservers.join(", ") },
  { heading: "ROUTES", text: ({ routes }) => routes.join(", ") },
  { heading: "MTU", text: ({ mtu }) => String(mtu) },
  { heading: "NAME", text: ({ dnsName }) => dnsName },
  { heading: "OPTIONS", text: ({ options }) => options.join(", ") },
];

/** A server on its node tells it something that it asks for. */
export const isToldByDhcp = ({ leases }: ExplainPortResponse): boolean =>
  leases.some(({ method }) => method.startsWith("dhcp"));

/** "until 2026-11-30T10:00:00.000Z, to 00:03:00:01:fa:16:3e:00:01:11". */
function givenText({ method, ipAddress }: PortLease, given: GivenLeases | undefined): string {
  if (given === undefined || !method.startsWith("dhcp")) return "";
  const lease = given.leases.find((each) => each.ipAddress === ipAddress);
  if (lease === undefined) return "not now";
  const until = lease.expireTime === undefined ? "for good" : `until ${lease.expireTime.toISOString()}`;
  return lease.clientId === "" ? until : `${until}, to ${lease.clientId}`;
}

function toldBy({ method, serverAddress }: PortLease): string {
  if (method === "slaac") return "router advertisements (SLAAC)";
  if (method === "none") return "nobody: the subnet has no DHCP";
  return `${method === "dhcpv6" ? "DHCPv6" : "DHCP"} at ${serverAddress}`;
}

/** "tcp port 22 from external: passes". */
export function verdictLine({ passes }: TrafficVerdict, asked: PacketAsked): string {
  const { from, to, protocol, port, icmpType } = asked;
  const packet = [
    protocol ?? "ping",
    port === undefined ? "" : `port ${port}`,
    icmpType === undefined ? "" : `type ${icmpType}`,
    from === undefined ? `to ${to}` : `from ${from}`,
  ];
  return `${packet.filter(Boolean).join(" ")}: ${passes ? "passes" : "does not pass"}`;
}

interface PacketAsked {
  readonly from?: string;
  readonly to?: string;
  readonly protocol?: string;
  readonly port?: number;
  readonly icmpType?: number;
}

export const ruleColumns = (
  name: (id: string) => string,
  named: (text: string) => string,
  rules: ReadonlyMap<string, string>,
): Column<JudgedRule>[] => [
  { heading: "GROUP", text: ({ securityGroupId }) => name(securityGroupId) },
  { heading: "RULE", text: ({ ruleId }) => rules.get(ruleId) ?? ruleId },
  { heading: "LETS IT THROUGH", text: ({ objection }) => (objection === "" ? "yes" : `no: ${named(objection)}`) },
];

/** What would let the packet through, as it is typed; undefined: nothing is missing. */
export function missingCommand(
  { missingRule, missingInSecurityGroupId }: PortVerdict,
  name: (id: string) => string,
): string | undefined {
  if (missingRule === undefined) return undefined;
  const { direction, etherType, protocol, portRangeMin, icmpType, remoteIpPrefix } = missingRule;
  return [
    `rhumb security-group rule create ${name(missingInSecurityGroupId)}`,
    direction === Direction.EGRESS ? "--direction egress" : "",
    etherType === "ipv6" && remoteIpPrefix === "" ? "--ethertype ipv6" : "",
    `--protocol ${protocol}`,
    portRangeMin === 0 ? "" : `--port ${portRangeMin}`,
    icmpType === undefined ? "" : `--icmp-type ${icmpType}`,
    remoteIpPrefix === "" ? "" : `--remote-ip ${remoteIpPrefix}`,
  ]
    .filter(Boolean)
    .join(" ");
}
