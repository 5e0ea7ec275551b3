import { ResourceKind } from "@rhumbline/proto/rhumbline/scheduler/v1/realisation_service";
import { SecurityGroup, type SecurityGroupRule } from "@rhumbline/proto/rhumbline/topology/v1/security_group";
import { resolveId } from "../resource/name-or-id.ts";
import type { Resource } from "../resource/resource.ts";
import type { Session } from "../session/session.ts";

export const securityGroupResource: Resource<SecurityGroup> = {
  noun: "security-group",
  title: "security group",
  field: "securityGroup",
  pluralField: "securityGroups",
  nameField: "name",
  kind: ResourceKind.SECURITY_GROUP,
  columns: [
    { heading: "ID", text: ({ id }) => id },
    { heading: "NAME", text: ({ name }) => name },
    { heading: "RULES", text: ({ rules }) => String(rules.length) },
    { heading: "PROJECT", text: ({ projectId }) => projectId },
  ],
  idOf: ({ id }) => id,
  toJson: SecurityGroup.toJSON,
  async get({ securityGroups }, id, at) {
    const { securityGroup, position } = await securityGroups.getSecurityGroup({ id, ...at });
    return { item: securityGroup, position };
  },
  async list({ securityGroups }, query) {
    const { securityGroups: items, nextPageToken, position } = await securityGroups.listSecurityGroups(query);
    return { items, nextPageToken, position };
  },
  remove: ({ securityGroups }, request) => securityGroups.deleteSecurityGroup(request),
};

/** "ingress ipv4 tcp 22-23 from 10.0.0.0/8". */
export function ruleText(rule: SecurityGroupRule): string {
  const { direction, etherType, protocol, portRangeMin: min, portRangeMax: max, icmpType, icmpCode } = rule;
  const inward = direction === "DIRECTION_INGRESS";
  const remote = rule.remoteIpPrefix || rule.remoteGroupId || rule.remoteAddressGroupId;
  return [
    inward ? "ingress" : "egress",
    etherType,
    protocol || "any",
    min === 0 ? "" : min === max ? String(min) : `${min}-${max}`,
    icmpType === undefined ? "" : `type ${icmpType}`,
    icmpCode === undefined ? "" : `code ${icmpCode}`,
    remote === "" ? "" : `${inward ? "from" : "to"} ${remote}`,
  ]
    .filter((part) => part !== "")
    .join(" ");
}

/** As every resource is found, but that the default group of a project is there whether anybody needed it before or not. */
export async function resolveSecurityGroup(session: Session, nameOrId: string): Promise<string> {
  if (nameOrId !== "default") return resolveId(session, securityGroupResource, nameOrId);
  const request = { projectId: "", requestId: "", validateOnly: false };
  const { securityGroup } = await session.securityGroups.ensureDefaultSecurityGroup(request);
  return securityGroup?.id ?? "";
}
