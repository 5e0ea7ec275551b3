import { parseIpProtocol } from "@rhumbline/net";
import type { DesiredSecurityGroupRule } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import type { SecurityGroupRule } from "@rhumbline/proto/rhumbline/topology/v1/security_group";
import type { SecurityGroupEvent } from "./events.ts";
import type { SecurityGroup } from "./state.ts";

export function evolveSecurityGroup(
  present: SecurityGroup | undefined,
  event: SecurityGroupEvent,
): SecurityGroup | undefined {
  switch (event.type) {
    case "SecurityGroupCreated":
      return event.data.securityGroup && { rules: event.data.securityGroup.rules.map(desiredRule) };
    case "SecurityGroupRuleAdded": {
      const { rule } = event.data;
      return present && rule && { rules: [...present.rules, desiredRule(rule)] };
    }
    case "SecurityGroupRuleRemoved": {
      const { ruleId } = event.data;
      return present && { rules: present.rules.filter((rule) => rule.ruleId !== ruleId) };
    }
    case "SecurityGroupUpdated":
      return present;
    case "SecurityGroupDeleted":
      return undefined;
    default:
      return event satisfies never;
  }
}

function desiredRule(rule: SecurityGroupRule): DesiredSecurityGroupRule {
  const { id: ruleId, direction, etherType, protocol, description: _, ...same } = rule;
  return {
    ...same,
    ruleId,
    ingress: direction === "DIRECTION_INGRESS",
    ipv6: etherType === "ipv6",
    protocol: protocol === "" ? undefined : parseIpProtocol(protocol),
  };
}

/** What the group's rules refer to, each once: other groups or itself. */
export const remoteGroupsOf = ({ rules }: SecurityGroup): string[] =>
  distinct(rules.map(({ remoteGroupId }) => remoteGroupId));

export const addressGroupsOf = ({ rules }: SecurityGroup): string[] =>
  distinct(rules.map(({ remoteAddressGroupId }) => remoteAddressGroupId));

const distinct = (ids: readonly string[]): string[] => [...new Set(ids.filter((id) => id !== ""))];
