import { type FieldChecks, fieldChecks } from "@rhumbline/grpc";
import { formatCidr, formatIpProtocol, hasPorts, parseIpProtocol } from "@rhumbline/net";
import { Direction, type SecurityGroupRule } from "@rhumbline/proto/rhumbline/topology/v1/security_group";
import { parsePrefix } from "./prefix.ts";

const icmp = 1;
const icmpv6 = 58;
/** Of IPv6's own: they are nothing in an IPv4 packet. */
const ipv6Only = [41, 43, 44, 58, 59, 60];
const maxPort = 65535;

/** A rule in its one form: protocols by name, prefixes with their length. Neutron's checks
 *  (neutron/db/securitygroups_db.py, _validate_security_group_rule).
 *  @param newId its id.
 *  @param groupId what "self" stands for.
 *  @throws {InvalidFields} */
export function parseRule(given: SecurityGroupRule, field: string, newId: string, groupId: string): SecurityGroupRule {
  const checks = fieldChecks();
  const rule = ruleOf(checks, given, field, groupId);
  checks.done();
  return { ...rule, id: newId };
}

/** The rules of a whole group, each complaint with its place.
 *  @throws {InvalidFields} */
export function parseRules(
  given: readonly SecurityGroupRule[],
  newId: (role: string) => string,
  groupId: string,
): SecurityGroupRule[] {
  const checks = fieldChecks();
  const rules = given.map((rule, i) => ruleOf(checks, rule, `security_group.rules[${i}]`, groupId));
  checks.done();
  return rules.map((rule, i) => ({ ...rule, id: newId(`rule-${i}`) }));
}

function ruleOf(checks: FieldChecks, given: SecurityGroupRule, field: string, groupId: string): SecurityGroupRule {
  const { direction, description } = given;
  checks.require(
    `${field}.direction`,
    direction === Direction.INGRESS || direction === Direction.EGRESS,
    "is required: DIRECTION_INGRESS or DIRECTION_EGRESS",
  );
  checks.text(`${field}.description`, description);
  const remoteGroupId = given.remoteGroupId === "self" ? groupId : given.remoteGroupId;
  checkRemotes(checks, { ...given, remoteGroupId }, field);
  const prefix =
    given.remoteIpPrefix === ""
      ? undefined
      : checks.parse(`${field}.remote_ip_prefix`, given.remoteIpPrefix, parsePrefix);
  const etherType = etherTypeOf(checks, given, prefix?.network.family, field);
  const protocol = protocolOf(checks, given, etherType, field);
  checkPorts(checks, given, protocol, field);
  checkIcmp(checks, given, protocol, field);
  return {
    ...given,
    etherType,
    protocol: protocol === undefined ? "" : formatIpProtocol(protocol),
    remoteIpPrefix: prefix === undefined ? "" : formatCidr(prefix),
    remoteGroupId,
  };
}

function checkRemotes(checks: FieldChecks, rule: SecurityGroupRule, field: string): void {
  const { remoteIpPrefix, remoteGroupId, remoteAddressGroupId } = rule;
  checks.uuid(`${field}.remote_group_id`, remoteGroupId, { optional: true });
  checks.uuid(`${field}.remote_address_group_id`, remoteAddressGroupId, { optional: true });
  const given = [remoteIpPrefix, remoteGroupId, remoteAddressGroupId].filter((remote) => remote !== "");
  const only = "at most one of remote_ip_prefix, remote_group_id and remote_address_group_id is accepted";
  checks.require(field, given.length <= 1, only);
}

function etherTypeOf(
  checks: FieldChecks,
  given: SecurityGroupRule,
  family: 4 | 6 | undefined,
  field: string,
): "ipv4" | "ipv6" {
  const text = given.etherType.toLowerCase();
  checks.require(`${field}.ether_type`, ["", "ipv4", "ipv6"].includes(text), "accepted are ipv4 and ipv6");
  const ofPrefix = family === undefined ? undefined : (`ipv${family}` as const);
  const fits = text === "" || ofPrefix === undefined || text === ofPrefix;
  checks.require(`${field}.remote_ip_prefix`, fits, `${given.remoteIpPrefix} is not of ether_type ${text}`);
  if (text !== "") return text === "ipv6" ? "ipv6" : "ipv4";
  return ofPrefix ?? "ipv4";
}

/** Undefined: any. ICMP of an IPv6 rule is ICMPv6, as in Neutron. */
function protocolOf(
  checks: FieldChecks,
  { protocol: text }: SecurityGroupRule,
  etherType: string,
  field: string,
): number | undefined {
  if (text === "" || text.toLowerCase() === "any") return undefined;
  const protocol = checks.parse(`${field}.protocol`, text, parseIpProtocol);
  if (protocol === icmp && etherType === "ipv6") return icmpv6;
  const foreign = protocol !== undefined && ipv6Only.includes(protocol) && etherType === "ipv4";
  checks.require(`${field}.protocol`, !foreign, `${text} is a protocol of IPv6, and ether_type is ipv4`);
  return protocol;
}

function checkPorts(checks: FieldChecks, rule: SecurityGroupRule, protocol: number | undefined, field: string): void {
  const { portRangeMin: min, portRangeMax: max } = rule;
  if (min === 0 && max === 0) return;
  const portsFit = protocol !== undefined && hasPorts(protocol);
  const which = "needs a protocol with ports: tcp, udp, sctp, dccp or udplite";
  checks.require(`${field}.port_range_min`, portsFit, which);
  const inRange = min >= 1 && max <= maxPort && min <= max;
  checks.require(
    `${field}.port_range_min`,
    inRange,
    `${min} to ${max} is no range within 1 to ${maxPort}: give both ends`,
  );
}

function checkIcmp(checks: FieldChecks, rule: SecurityGroupRule, protocol: number | undefined, field: string): void {
  const { icmpType, icmpCode } = rule;
  if (icmpType === undefined && icmpCode === undefined) return;
  checks.require(`${field}.icmp_type`, protocol === icmp || protocol === icmpv6, "needs protocol icmp or ipv6-icmp");
  checks.require(`${field}.icmp_code`, icmpType !== undefined, "needs icmp_type");
  for (const [name, value] of [
    ["icmp_type", icmpType],
    ["icmp_code", icmpCode],
  ] as const) {
    const fits = value === undefined || (value >= 0 && value <= 255);
    checks.require(`${field}.${name}`, fits, `${value} is outside 0 to 255`);
  }
}
