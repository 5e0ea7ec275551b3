import {
  type Cidr,
  eui64Address,
  formatMac,
  type IpAddress,
  parseCidr,
  parseMac,
  parsePrefix,
  remoteOfAddressGroup,
  remoteOfGroup,
  securityRule,
  singleAddress,
} from "@rhumbline/net";
import type { DesiredPort, DesiredSecurityGroup } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import type { Lookup } from "../../observed/following.ts";
import type { GroupRules, PortSecurity, RemoteAddresses, SourceAddress } from "../../security/model.ts";
import { smallestCover } from "../../security/smallest-cover.ts";
import type { DesiredInstancePort } from "../desired-kernel.ts";
import type { ResourceKey } from "../resource-key.ts";
import { attempt } from "./attempt.ts";
import type { SortedResources } from "./sort-resources.ts";

/** @throws Error for text that is no address. */
export function compilePortSecurity(
  { resource, device, bridge }: DesiredInstancePort,
  port: DesiredPort,
  groups: Lookup<GroupRules>,
): PortSecurity {
  return {
    resource,
    device,
    bridge,
    filtered: port.portSecurity,
    sources: port.portSecurity ? sourcesOf(port) : [],
    groupIds: port.securityGroupIds.filter((id) => groups.has(id)).toSorted(),
  };
}

/** Its own addresses, those that it may use besides, and for each of its MAC addresses the link-local address that IPv6 makes
 *  of it: as Neutron allows. */
function sourcesOf({ macAddress, ipAddresses, allowedAddressPairs }: DesiredPort): SourceAddress[] {
  const given = [...ipAddresses.map((ipAddress) => ({ ipAddress, macAddress })), ...allowedAddressPairs].map(
    (pair) => ({ mac: formatMac(parseMac(pair.macAddress)), addresses: parsePrefix(pair.ipAddress) }),
  );
  const macs = [...new Set([formatMac(parseMac(macAddress)), ...given.map(({ mac }) => mac)])];
  return macs.flatMap((mac) => {
    const prefixes = given.filter((source) => source.mac === mac).map(({ addresses }) => addresses);
    return smallestCover([...prefixes, singleAddress(linkLocal(mac))]).map((addresses) => ({ mac, addresses }));
  });
}

const linkLocal = (mac: string): IpAddress => eui64Address(parseCidr("fe80::/64"), parseMac(mac));

/** @throws Error for text that is no address. */
export function compileGroup(resource: ResourceKey, { securityGroupId: id, rules }: DesiredSecurityGroup): GroupRules {
  return { resource, id, rules: rules.map(securityRule) };
}

/** The addresses that the rules refer to by name; none for a group without members.
 *  @param errors gets a member or address group that says no addresses. */
export function compileRemotes(
  groups: ReadonlyMap<string, GroupRules>,
  { groupMembers, addressGroups }: Pick<SortedResources, "groupMembers" | "addressGroups">,
  errors: Map<ResourceKey, string>,
): Map<string, RemoteAddresses> {
  const remotes = new Map<string, { resources: ResourceKey[]; addresses: Cidr[] }>();
  for (const { rules } of groups.values()) {
    for (const { remote } of rules)
      if (remote?.kind === "named") remotes.set(remote.name, { resources: [], addresses: [] });
  }
  const add = (name: string, key: ResourceKey, texts: readonly string[]): void => {
    if (errors.has(key)) return;
    const { made: addresses, error } = attempt(() => texts.map(parsePrefix));
    if (error !== undefined) {
      errors.set(key, error);
      return;
    }
    remotes.get(name)?.addresses.push(...addresses);
    remotes.get(name)?.resources.push(key);
  };
  for (const [key, member] of groupMembers) {
    for (const groupId of member.securityGroupIds) add(remoteOfGroup(groupId), key, member.ipAddresses);
  }
  for (const [key, group] of addressGroups) add(remoteOfAddressGroup(group.addressGroupId), key, group.addresses);
  return new Map(
    [...remotes].map(([name, { resources, addresses }]) => [
      name,
      { name, resources, addresses: smallestCover(addresses) },
    ]),
  );
}
