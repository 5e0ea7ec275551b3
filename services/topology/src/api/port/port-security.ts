import type { FieldChecks } from "@rhumbline/grpc";
import { formatCidr, formatIpAddress, formatMac, isUnicastMac, parseIpAddress, parseMac } from "@rhumbline/net";
import type { AllowedAddressPair, Port } from "@rhumbline/proto/rhumbline/topology/v1/port";
import type { MutationCall } from "@rhumbline/service";
import type { TopologyState } from "../../read-model/state.ts";
import { permittedSecurityGroup } from "../access/permitted.ts";
import type { Effects } from "../effects.ts";
import { defaultGroupId, ensureDefaultGroup } from "../security-group/default-group.ts";
import { parsePrefix } from "../security-group/prefix.ts";

/** As Neutron's max_allowed_address_pair by default. */
const maxPairs = 10;

/** The groups of a new port: the project's default group where none is named and none is not what is asked for. */
export function groupsOfNewPort(port: Port, projectId: string): readonly string[] {
  const { securityGroupIds, noSecurityGroups, portSecurityDisabled } = port;
  if (securityGroupIds.length > 0 || noSecurityGroups || portSecurityDisabled) return [...new Set(securityGroupIds)];
  return [defaultGroupId(projectId)];
}

/** Whoever calls holds their guards. The default group comes to be where it is missing.
 *  @throws {NotFound} */
export async function requireGroups(
  state: TopologyState,
  groupIds: readonly string[],
  projectId: string,
  effects: Effects,
  call: MutationCall,
): Promise<void> {
  const ofProject = defaultGroupId(projectId);
  for (const id of groupIds) {
    if (id === ofProject) await ensureDefaultGroup(projectId, effects, call.step(projectId));
    else permittedSecurityGroup(state, call, id, "port.security_group_ids");
  }
}

export function checkSecurity(checks: FieldChecks, port: Port): void {
  const { securityGroupIds, noSecurityGroups } = port;
  for (const [i, id] of securityGroupIds.entries()) checks.uuid(`port.security_group_ids[${i}]`, id);
  const contradiction = noSecurityGroups && securityGroupIds.length > 0;
  checks.require("port.no_security_groups", !contradiction, "contradicts security_group_ids: leave one of them out");
}

/** What would let the port send as others of its network. Without `present` it is a new one. */
export function openingFields(wanted: Port, present?: Port) {
  const had = new Set(present?.allowedAddressPairs.map(pairText));
  return {
    "port.port_security_disabled": wanted.portSecurityDisabled && present?.portSecurityDisabled !== true,
    "port.allowed_address_pairs": wanted.allowedAddressPairs.some((pair) => !had.has(pairText(pair))),
  };
}

const pairText = ({ ipAddress, macAddress }: AllowedAddressPair): string => `${ipAddress} ${macAddress}`;

/** Each in its one form. An empty MAC address stays empty: it is the port's own. */
export function parsePairs(checks: FieldChecks, { allowedAddressPairs }: Port): AllowedAddressPair[] {
  const field = "port.allowed_address_pairs";
  checks.require(field, allowedAddressPairs.length <= maxPairs, `at most ${maxPairs} are accepted`);
  const pairs = allowedAddressPairs.map(({ ipAddress, macAddress }, i) => {
    const prefix = checks.parse(`${field}[${i}].ip_address`, ipAddress, parsePrefix);
    const mac = macAddress === "" ? undefined : checks.parse(`${field}[${i}].mac_address`, macAddress, parseMac);
    if (mac) checks.require(`${field}[${i}].mac_address`, isUnicastMac(mac), "is a group address or none at all");
    const text = prefix === undefined ? "" : formatCidr(prefix);
    const address = ipAddress.includes("/") || prefix === undefined ? text : formatIpAddress(parseIpAddress(ipAddress));
    return { ipAddress: address, macAddress: mac ? formatMac(mac) : "" };
  });
  const texts = pairs.map(pairText);
  for (const [i, text] of texts.entries())
    checks.require(`${field}[${i}]`, texts.indexOf(text) === i, `${text.trim()} is named twice`);
  return pairs;
}
