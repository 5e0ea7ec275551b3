import { canonicalText, NotFound } from "@rhumbline/event-sourcing";
import { changedFields } from "../resource/fields.ts";
import { requireEtag } from "../resource/stamped.ts";
import type { AddRule, DeleteSecurityGroup, SecurityGroupCommand, UpdateSecurityGroup } from "./commands.ts";
import { DefaultSecurityGroup, SecurityGroupFull, SecurityGroupInUse, SecurityGroupRuleExists } from "./errors.ts";
import type { SecurityGroupEvent } from "./events.ts";
import {
  type ActiveSecurityGroup,
  defaultGroupName,
  maxRules,
  type SecurityGroup,
  type SecurityGroupRule,
  type SecurityGroupState,
  securityGroupFields,
} from "./state.ts";

/** @throws {NotFound} {EtagMismatch} {SecurityGroupInUse} {SecurityGroupRuleExists} {SecurityGroupFull} {DefaultSecurityGroup} */
export function decideSecurityGroup(command: SecurityGroupCommand, present: SecurityGroupState): SecurityGroupEvent[] {
  if (command.type === "CreateSecurityGroup") return createGroup(command.group, present);
  if (present.status === "absent") throw new NotFound("security group", command.securityGroupId);
  switch (command.type) {
    case "UpdateSecurityGroup":
      return updateGroup(command, present);
    case "AddRule":
      return addRule(command, present);
    case "RemoveRule":
      return present.group.rules.some(({ id }) => id === command.ruleId) ? [removed(present.id, command.ruleId)] : [];
    case "DeleteSecurityGroup":
      return deleteGroup(command, present);
    default:
      return command satisfies never;
  }
}

function createGroup(group: SecurityGroup, present: SecurityGroupState): SecurityGroupEvent[] {
  if (present.status === "active") return []; // asked twice: nothing to do
  requireDistinct(group.id, group.rules);
  return [{ type: "SecurityGroupCreated", data: { securityGroup: group } }];
}

function updateGroup(
  command: UpdateSecurityGroup,
  { id, group, ...present }: ActiveSecurityGroup,
): SecurityGroupEvent[] {
  const { values, fields, rules, etag } = command;
  requireEtag("security group", id, etag, present);
  const changed = changedFields(group, values, fields, securityGroupFields);
  if (changed.includes("name")) requireNameFree(id, group.name, values.name);
  const ofFields: SecurityGroupEvent[] =
    changed.length === 0
      ? []
      : [{ type: "SecurityGroupUpdated", data: { securityGroupId: id, securityGroup: values, changed } }];
  return rules === undefined ? ofFields : [...ofFields, ...replaceRules(id, group.rules, rules)];
}

function requireNameFree(id: string, before: string, after: string): void {
  if (before === defaultGroupName) throw new DefaultSecurityGroup(id, `a project's default group keeps its name`);
  if (after === defaultGroupName) {
    throw new DefaultSecurityGroup(
      id,
      `"${defaultGroupName}" is the name of the project's default group: choose another`,
    );
  }
}

/** Rules that say the same as before stay, with their ids: nothing is let go in between. */
function replaceRules(
  id: string,
  present: readonly SecurityGroupRule[],
  wanted: readonly SecurityGroupRule[],
): SecurityGroupEvent[] {
  requireDistinct(id, wanted);
  const before = new Set(present.map(ruleText));
  const after = new Set(wanted.map(ruleText));
  return [
    ...wanted.filter((rule) => !before.has(ruleText(rule))).map((rule) => added(id, rule)),
    ...present.filter((rule) => !after.has(ruleText(rule))).map((rule) => removed(id, rule.id)),
  ];
}

function addRule({ rule }: AddRule, { id, group }: ActiveSecurityGroup): SecurityGroupEvent[] {
  if (group.rules.some((present) => present.id === rule.id)) return []; // asked twice: nothing to do
  requireDistinct(id, [...group.rules, rule]);
  return [added(id, rule)];
}

/** What a rule says, whatever it is called: two of one text would be one. */
const ruleText = ({ id: _, description: __, ...rule }: SecurityGroupRule): string => canonicalText(rule);

function requireDistinct(id: string, rules: readonly SecurityGroupRule[]): void {
  if (rules.length > maxRules) throw new SecurityGroupFull(id, maxRules);
  const idByText = new Map<string, string>();
  for (const rule of rules) {
    const same = idByText.get(ruleText(rule));
    if (same !== undefined) throw new SecurityGroupRuleExists(id, same);
    idByText.set(ruleText(rule), rule.id);
  }
}

function deleteGroup(command: DeleteSecurityGroup, present: ActiveSecurityGroup): SecurityGroupEvent[] {
  const { etag, portIds, referringGroupIds } = command;
  const { id, group } = present;
  requireEtag("security group", id, etag, present);
  if (group.name === defaultGroupName) {
    throw new DefaultSecurityGroup(
      id,
      `security group ${id} is the default group of project ${group.projectId}: it stays`,
    );
  }
  if (portIds.length + referringGroupIds.length > 0) throw new SecurityGroupInUse(id, portIds, referringGroupIds);
  return [{ type: "SecurityGroupDeleted", data: { securityGroupId: id } }];
}

const added = (securityGroupId: string, rule: SecurityGroupRule): SecurityGroupEvent => ({
  type: "SecurityGroupRuleAdded",
  data: { securityGroupId, rule },
});

const removed = (securityGroupId: string, ruleId: string): SecurityGroupEvent => ({
  type: "SecurityGroupRuleRemoved",
  data: { securityGroupId, ruleId },
});
