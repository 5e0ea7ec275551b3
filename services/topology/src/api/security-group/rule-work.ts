import { NotFound } from "@rhumbline/event-sourcing";
import type {
  CreateSecurityGroupRuleRequest,
  DeleteSecurityGroupRuleRequest,
} from "@rhumbline/proto/rhumbline/topology/v1/security_group_service";
import type { MutationCall } from "@rhumbline/service";
import { linked } from "../../read-model/index-map.ts";
import { securityGroups } from "../../read-model/state.ts";
import { decideSecurityGroup } from "../../security-group/decide.ts";
import type { SecurityGroupState } from "../../security-group/state.ts";
import { permittedSecurityGroup } from "../access/permitted.ts";
import type { Worked } from "../changing.ts";
import type { TopologyContext } from "../context.ts";
import type { Effects } from "../effects.ts";
import { guards } from "../guard-names.ts";
import { quotaGate } from "../quota/within-quota.ts";
import { requireGiven, requireUuid } from "../request-fields.ts";
import { guardsOfReferred, requireReferred } from "./referred-groups.ts";
import { parseRule } from "./rule-request.ts";

type Work<Req> = (request: Req, call: MutationCall, effects: Effects) => Promise<Worked<SecurityGroupState>>;

/** The work's resource is the rule: by its id a repeated request finds it again. */
export function createRule(context: TopologyContext): Work<CreateSecurityGroupRuleRequest> {
  const {
    fold,
    guards: { hold },
  } = context;
  return async (request, call, effects) => {
    const groupId = requireUuid("security_group_id", request.securityGroupId);
    const rule = parseRule(requireGiven("rule", request.rule), "rule", call.newId("rule"), groupId);
    const { projectId } = permittedSecurityGroup(fold.state, call, groupId).group;
    const quota = quotaGate(context, projectId, "securityGroupRule");
    const shared = [guards.securityGroup(groupId), ...guardsOfReferred([rule], groupId)];
    return hold({ shared, exclusive: quota.exclusive }, async () => {
      quota.check();
      const { group } = permittedSecurityGroup(fold.state, call, groupId);
      requireReferred(fold.state, call, [rule], groupId);
      const command = { type: "AddRule", securityGroupId: groupId, rule } as const;
      const decide = (present: SecurityGroupState) => decideSecurityGroup(command, present);
      const done = await effects.execute(securityGroups, groupId, decide, call.completion(group.projectId, rule.id));
      return { resourceId: rule.id, ...done };
    });
  };
}

/** The work's resource is the group: the rule is gone. */
export function deleteRule({ fold, guards: { hold } }: TopologyContext): Work<DeleteSecurityGroupRuleRequest> {
  return async (request, call, effects) => {
    const ruleId = requireUuid("id", request.id);
    const [groupId] = linked(fold.state.securityGroupsByRule, ruleId);
    if (groupId === undefined) throw new NotFound("security group rule", ruleId);
    return hold({ shared: [guards.securityGroup(groupId)] }, async () => {
      const { group } = permittedSecurityGroup(fold.state, call, groupId);
      const command = { type: "RemoveRule", securityGroupId: groupId, ruleId } as const;
      const decide = (present: SecurityGroupState) => decideSecurityGroup(command, present);
      const done = await effects.execute(securityGroups, groupId, decide, call.completion(group.projectId, groupId));
      return { resourceId: groupId, ...done };
    });
  };
}
