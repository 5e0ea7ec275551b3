import type { Stamp } from "@rhumbline/event-sourcing";
import { withFields } from "../resource/fields.ts";
import { carried, createdAt, updatedAt } from "../resource/stamped.ts";
import type { SecurityGroupEvent } from "./events.ts";
import {
  type ActiveSecurityGroup,
  absentSecurityGroup,
  type SecurityGroupRule,
  type SecurityGroupState,
  securityGroupFields,
} from "./state.ts";

export function evolveSecurityGroup(
  state: SecurityGroupState,
  event: SecurityGroupEvent,
  stamp: Stamp,
): SecurityGroupState {
  if (event.type === "SecurityGroupCreated") {
    const group = carried(event.data.securityGroup, event.type);
    return { status: "active", id: group.id, group, ...createdAt(stamp) };
  }
  // Only a created group has other events: decide sees to that.
  if (state.status === "absent") return state;
  switch (event.type) {
    case "SecurityGroupUpdated": {
      const values = carried(event.data.securityGroup, event.type);
      const group = withFields(state.group, values, event.data.changed, securityGroupFields);
      return { ...state, group, ...updatedAt(stamp) };
    }
    case "SecurityGroupRuleAdded":
      return withRules(state, [...state.group.rules, carried(event.data.rule, event.type)], stamp);
    case "SecurityGroupRuleRemoved": {
      const { ruleId } = event.data;
      return withRules(
        state,
        state.group.rules.filter(({ id }) => id !== ruleId),
        stamp,
      );
    }
    case "SecurityGroupDeleted":
      return absentSecurityGroup;
    default:
      return event satisfies never;
  }
}

function withRules(state: ActiveSecurityGroup, rules: readonly SecurityGroupRule[], stamp: Stamp): ActiveSecurityGroup {
  return { ...state, group: { ...state.group, rules }, ...updatedAt(stamp) };
}
