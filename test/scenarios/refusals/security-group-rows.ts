import { randomUUID } from "node:crypto";
import { Quota } from "@rhumbline/proto/rhumbline/topology/v1/quota";
import { SecurityGroup, type SecurityGroupRule } from "@rhumbline/proto/rhumbline/topology/v1/security_group";
import type { ControlPlane } from "../topology/control-plane.ts";
import { make, plainly, read } from "../topology/make.ts";
import { asked, type RefusalRow } from "./refusal-row.ts";

const remove = (plane: ControlPlane, id: string) =>
  plane.securityGroups.deleteSecurityGroup({ id, etag: "", ...plainly });

const rename = (plane: ControlPlane, id: string, name: string) =>
  plane.securityGroups.updateSecurityGroup({
    securityGroup: SecurityGroup.fromPartial({ id, name }),
    updateMask: ["name"],
    etag: "",
    ...plainly,
  });

async function defaultGroup(plane: ControlPlane): Promise<string> {
  const request = { projectId: "", ...plainly };
  return (await plane.securityGroups.ensureDefaultSecurityGroup(request)).securityGroup?.id ?? "";
}

/** A rule of a new group. */
const refusedRule =
  (fields: Partial<SecurityGroupRule>): RefusalRow["attempt"] =>
  async (plane) => {
    const { id } = await make(plane).securityGroup();
    return asked(() => make(plane).rule(id, fields));
  };

const invalid = (neutron: string, when: string, says: RegExp, fields: Partial<SecurityGroupRule>): RefusalRow => ({
  neutron,
  when,
  reason: "INVALID_FIELD",
  says,
  attempt: refusedRule(fields),
});

export const securityGroupRows: readonly RefusalRow[] = [
  {
    neutron: "SecurityGroupNotFound",
    when: "a security group that does not exist is read",
    reason: "NOT_FOUND",
    says: /security group .* does not exist/,
    attempt: async (plane) => asked(() => plane.securityGroups.getSecurityGroup({ id: randomUUID(), ...read })),
  },
  {
    neutron: "SecurityGroupNotFound",
    when: "a port is made with a security group that does not exist",
    reason: "NOT_FOUND",
    says: /security group .* does not exist/,
    async attempt(plane) {
      const { id } = await make(plane).network();
      return asked(() => make(plane).port(id, { securityGroupIds: [randomUUID()] }));
    },
  },
  {
    neutron: "SecurityGroupInUse",
    when: "a security group that a port has is deleted",
    reason: "SECURITY_GROUP_IN_USE",
    says: /is in use: ports .* have it/,
    async attempt(plane) {
      const group = await make(plane).securityGroup();
      const { id } = await make(plane).network();
      await make(plane).port(id, { securityGroupIds: [group.id] });
      return asked(() => remove(plane, group.id));
    },
  },
  {
    neutron: "",
    when: "a security group that another's rules refer to is deleted",
    reason: "SECURITY_GROUP_IN_USE",
    says: /is in use: rules of groups .* refer to it/,
    async attempt(plane) {
      const group = await make(plane).securityGroup();
      await make(plane).rule((await make(plane).securityGroup()).id, { remoteGroupId: group.id });
      return asked(() => remove(plane, group.id));
    },
  },
  {
    neutron: "SecurityGroupCannotRemoveDefault",
    when: "a project's default group is deleted",
    reason: "DEFAULT_SECURITY_GROUP",
    says: /is the default group of project .*: it stays/,
    async attempt(plane) {
      const id = await defaultGroup(plane);
      return asked(() => remove(plane, id));
    },
  },
  {
    neutron: "SecurityGroupCannotUpdateDefault",
    when: "a project's default group is renamed",
    reason: "DEFAULT_SECURITY_GROUP",
    says: /keeps its name/,
    async attempt(plane) {
      const id = await defaultGroup(plane);
      return asked(() => rename(plane, id, "open"));
    },
  },
  {
    neutron: "SecurityGroupDefaultAlreadyExists",
    when: "a security group is to be named default",
    reason: "DEFAULT_SECURITY_GROUP",
    says: /choose another/,
    attempt: async (plane) => asked(() => make(plane).securityGroup({ name: "default" })),
  },
  {
    neutron: "OverQuota",
    when: "a project makes a security group more than its quota",
    reason: "QUOTA_EXCEEDED",
    says: /quota is 1/,
    async attempt(plane) {
      const quota = Quota.fromPartial({ projectId: "few-groups", securityGroup: 1 });
      await plane.quotas.updateQuota({ quota, updateMask: ["security_group"], ...plainly });
      await make(plane).securityGroup({ projectId: "few-groups" });
      return asked(() => make(plane).securityGroup({ projectId: "few-groups" }));
    },
  },
  {
    neutron: "SecurityGroupRuleNotFound",
    when: "a rule that does not exist is deleted",
    reason: "NOT_FOUND",
    says: /security group rule .* does not exist/,
    attempt: async (plane) =>
      asked(() => plane.securityGroups.deleteSecurityGroupRule({ id: randomUUID(), ...plainly })),
  },
  {
    neutron: "SecurityGroupRuleExists",
    when: "a group is given a rule that says what another of it says",
    reason: "SECURITY_GROUP_RULE_EXISTS",
    says: /rule .* of security group .* says the same/,
    async attempt(plane) {
      const { id } = await make(plane).securityGroup();
      await make(plane).rule(id, { protocol: "tcp" });
      return asked(() => make(plane).rule(id, { protocol: "6", description: "once more" }));
    },
  },
  invalid("SecurityGroupRuleInvalidProtocol", "a rule names a protocol that nobody knows", /protocol/, {
    protocol: "tpc",
  }),
  invalid("SecurityGroupRuleInvalidEtherType", "a rule is of no IP version", /accepted are ipv4 and ipv6/, {
    etherType: "arp",
  }),
  invalid(
    "SecurityGroupProtocolRequiredWithPorts",
    "a rule names ports and no protocol",
    /needs a protocol with ports/,
    {
      portRangeMin: 80,
      portRangeMax: 80,
    },
  ),
  invalid(
    "SecurityGroupInvalidProtocolForPort",
    "a rule names ports of a protocol without ports",
    /needs a protocol with ports: tcp, udp/,
    { protocol: "gre", portRangeMin: 80, portRangeMax: 80 },
  ),
  invalid("SecurityGroupInvalidPortRange", "a rule's ports go backwards", /90 to 80 is no range within 1 to 65535/, {
    protocol: "tcp",
    portRangeMin: 90,
    portRangeMax: 80,
  }),
  invalid("SecurityGroupInvalidPortValue", "a rule names a port above 65535", /1 to 65536 is no range/, {
    protocol: "tcp",
    portRangeMin: 1,
    portRangeMax: 65536,
  }),
  invalid("SecurityGroupInvalidIcmpValue", "a rule names an ICMP type above 255", /256 is outside 0 to 255/, {
    protocol: "icmp",
    icmpType: 256,
  }),
  invalid("SecurityGroupMissingIcmpType", "a rule names an ICMP code and no type", /needs icmp_type/, {
    protocol: "icmp",
    icmpCode: 0,
  }),
  invalid("SecurityGroupMultipleRemoteEntites", "a rule has two remotes", /at most one of remote_ip_prefix/, {
    remoteIpPrefix: "10.0.0.0/8",
    remoteGroupId: "self",
  }),
  invalid("SecurityGroupRuleParameterConflict", "a rule's prefix is of the other IP version", /is not of ether_type/, {
    etherType: "ipv4",
    remoteIpPrefix: "2001:db8::/32",
  }),
  invalid(
    "SecurityGroupEthertypeConflictWithProtocol",
    "a rule for IPv4 names a protocol of IPv6 alone",
    /is a protocol of IPv6/,
    { etherType: "ipv4", protocol: "ipv6-icmp" },
  ),
  {
    neutron: "AddressGroupNotFound",
    when: "a rule refers to an address group that does not exist",
    reason: "NOT_FOUND",
    says: /address group .* does not exist/,
    attempt: refusedRule({ remoteAddressGroupId: randomUUID() }),
  },
  {
    neutron: "AddressGroupInUse",
    when: "an address group that rules refer to is deleted",
    reason: "ADDRESS_GROUP_IN_USE",
    says: /rules of security groups .* refer to address group/,
    async attempt(plane) {
      const { id } = await make(plane).addressGroup({ addresses: ["192.0.2.0/24"] });
      await make(plane).rule((await make(plane).securityGroup()).id, { remoteAddressGroupId: id });
      return asked(() => plane.addressGroups.deleteAddressGroup({ id, etag: "", ...plainly }));
    },
  },
  {
    neutron: "PortSecurityAndIPRequiredForSecurityGroups",
    when: "a port is to have a security group and no port security",
    reason: "PORT_SECURITY_DISABLED",
    says: /clear the one or leave the other/,
    async attempt(plane) {
      const group = await make(plane).securityGroup();
      const { id } = await make(plane).network();
      return asked(() => make(plane).port(id, { portSecurityDisabled: true, securityGroupIds: [group.id] }));
    },
  },
  {
    neutron: "AddressPairAndPortSecurityRequired",
    when: "a port is to have allowed address pairs and no port security",
    reason: "PORT_SECURITY_DISABLED",
    says: /clear the one or leave the other/,
    async attempt(plane) {
      const { id } = await make(plane).network();
      const allowedAddressPairs = [{ ipAddress: "10.0.0.9", macAddress: "" }];
      return asked(() => make(plane).port(id, { portSecurityDisabled: true, allowedAddressPairs }));
    },
  },
  {
    neutron: "AllowedAddressPairExhausted",
    when: "a port is to have more than ten allowed address pairs",
    reason: "INVALID_FIELD",
    says: /at most 10 are accepted/,
    async attempt(plane) {
      const { id } = await make(plane).network();
      const pairs = Array.from({ length: 11 }, (_, i) => ({ ipAddress: `10.0.0.${i + 1}`, macAddress: "" }));
      return asked(() => make(plane).port(id, { allowedAddressPairs: pairs }));
    },
  },
  {
    neutron: "DuplicateAddressPairInRequest",
    when: "a port names an allowed address pair twice",
    reason: "INVALID_FIELD",
    says: /10\.0\.0\.9 is named twice/,
    async attempt(plane) {
      const { id } = await make(plane).network();
      const pair = { ipAddress: "10.0.0.9", macAddress: "" };
      return asked(() => make(plane).port(id, { allowedAddressPairs: [pair, pair] }));
    },
  },
];
