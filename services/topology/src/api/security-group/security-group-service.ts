import { NotFound } from "@rhumbline/event-sourcing";
import { type Columns, listPage, type MountedService, mount, sees } from "@rhumbline/grpc";
import type { SecurityGroup } from "@rhumbline/proto/rhumbline/topology/v1/security_group";
import { SecurityGroupServiceService } from "@rhumbline/proto/rhumbline/topology/v1/security_group_service";
import { linked } from "../../read-model/index-map.ts";
import { securityGroups } from "../../read-model/state.ts";
import type { ActiveSecurityGroup, SecurityGroupState } from "../../security-group/state.ts";
import { permittedSecurityGroup } from "../access/permitted.ts";
import { changing } from "../changing.ts";
import type { TopologyContext } from "../context.ts";
import { requireActive, requireUuid, stamps } from "../request-fields.ts";
import {
  createSecurityGroup,
  deleteSecurityGroup,
  ensureDefaultSecurityGroup,
  updateSecurityGroup,
} from "./group-work.ts";
import { createRule, deleteRule } from "./rule-work.ts";

const columns: Columns<ActiveSecurityGroup> = {
  id: ({ id }) => id,
  project_id: ({ group }) => group.projectId,
  name: ({ group }) => group.name,
  create_time: ({ createTimeMs }) => createTimeMs,
};

const toGroup = (active: ActiveSecurityGroup): SecurityGroup => ({ ...active.group, ...stamps(active) });

export function mountSecurityGroupService(context: TopologyContext): MountedService {
  const { fold, readable } = context;
  const find = (id: string): SecurityGroupState => securityGroups.select(fold.state, id);
  const answer = (state: SecurityGroupState, position: number, id: string) => ({
    securityGroup: toGroup(requireActive("security group", id, state)),
    position,
  });
  const groupOfRule = (ruleId: string): SecurityGroupState =>
    find(linked(fold.state.securityGroupsByRule, ruleId)[0] ?? "");

  return mount(SecurityGroupServiceService, {
    createSecurityGroup: changing(context, { work: createSecurityGroup(context), find, answer }),
    updateSecurityGroup: changing(context, { work: updateSecurityGroup(context), find, answer }),
    deleteSecurityGroup: changing(context, {
      work: deleteSecurityGroup(context),
      find,
      answer: (_group, position) => ({ position }),
    }),
    ensureDefaultSecurityGroup: changing(context, { work: ensureDefaultSecurityGroup(), find, answer }),
    createSecurityGroupRule: changing(context, {
      work: createRule(context),
      find: groupOfRule,
      answer(state, position, ruleId) {
        const rule = state.status === "active" && state.group.rules.find(({ id }) => id === ruleId);
        if (!rule) throw new NotFound("security group rule", ruleId);
        return { rule, securityGroup: toGroup(requireActive("security group", "of the rule", state)), position };
      },
    }),
    deleteSecurityGroupRule: changing(context, { work: deleteRule(context), find, answer }),

    async getSecurityGroup(request, call) {
      const id = requireUuid("id", request.id);
      const { state, position } = await readable(request, call);
      return { securityGroup: toGroup(permittedSecurityGroup(state, call, id)), position };
    },

    async listSecurityGroups(request, call) {
      const { state, position } = await readable(request, call);
      const seen = [...state.securityGroups.values()].filter(({ group }) => sees(call.caller, "security group", group));
      const { items, nextPageToken } = listPage(seen, columns, request);
      return { securityGroups: items.map(toGroup), nextPageToken, position };
    },
  });
}
