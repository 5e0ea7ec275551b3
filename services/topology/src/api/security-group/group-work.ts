import { fieldChecks, requireFields } from "@rhumbline/grpc";
import type {
  CreateSecurityGroupRequest,
  DeleteSecurityGroupRequest,
  EnsureDefaultSecurityGroupRequest,
  UpdateSecurityGroupRequest,
} from "@rhumbline/proto/rhumbline/topology/v1/security_group_service";
import type { MutationCall } from "@rhumbline/service";
import { linked } from "../../read-model/index-map.ts";
import { securityGroups } from "../../read-model/state.ts";
import { decideSecurityGroup } from "../../security-group/decide.ts";
import { type SecurityGroupState, securityGroupFields } from "../../security-group/state.ts";
import { permittedSecurityGroup } from "../access/permitted.ts";
import type { Worked } from "../changing.ts";
import type { TopologyContext } from "../context.ts";
import type { Effects } from "../effects.ts";
import { guards } from "../guard-names.ts";
import { quotaGate } from "../quota/within-quota.ts";
import { checkImmutable, requireGiven, requireUuid, updatedFields } from "../request-fields.ts";
import { defaultGroupId, ensureDefaultGroup } from "./default-group.ts";
import { parseGroupValues, parseNewGroup } from "./group-request.ts";
import { guardsOfReferred, requireReferred } from "./referred-groups.ts";
import { parseRules } from "./rule-request.ts";

type Work<Req> = (request: Req, call: MutationCall, effects: Effects) => Promise<Worked<SecurityGroupState>>;

export function createSecurityGroup(context: TopologyContext): Work<CreateSecurityGroupRequest> {
  const {
    fold,
    guards: { hold },
  } = context;
  return async (request, call, effects) => {
    const group = parseNewGroup(request.securityGroup, call.caller.projectId, (role) => call.newId(role));
    const { id, projectId, rules } = group;
    requireFields(call.caller, { "security_group.project_id": projectId !== call.caller.projectId });
    const quota = quotaGate(context, projectId, "securityGroup");
    const exclusive = [guards.securityGroup(id), ...quota.exclusive];
    return hold({ shared: guardsOfReferred(rules, id), exclusive }, async () => {
      quota.check();
      requireReferred(fold.state, call, rules, id);
      const command = { type: "CreateSecurityGroup", group } as const;
      const decide = (present: SecurityGroupState) => decideSecurityGroup(command, present);
      const done = await effects.execute(securityGroups, id, decide, call.completion(projectId, id));
      return { resourceId: id, ...done };
    });
  };
}

export function updateSecurityGroup({ fold, guards: { hold } }: TopologyContext): Work<UpdateSecurityGroupRequest> {
  return async (request, call, effects) => {
    const given = requireGiven("security_group", request.securityGroup);
    const id = requireUuid("security_group.id", given.id);
    const ruled = updatedFields(request, given, securityGroupFields, { rules: given.rules.length > 0 });
    const rules = ruled.own.length === 0 ? undefined : parseRules(given.rules, (role) => call.newId(role), id);
    return hold({ shared: [guards.securityGroup(id), ...guardsOfReferred(rules ?? [], id)] }, async () => {
      const { group: present } = permittedSecurityGroup(fold.state, call, id);
      const checks = fieldChecks();
      checkImmutable(checks, request, { "security_group.project_id": [given.projectId, present.projectId] });
      checks.done();
      requireReferred(fold.state, call, rules ?? [], id);
      const { etag } = request;
      const values = parseGroupValues(given, present);
      const command = {
        type: "UpdateSecurityGroup",
        securityGroupId: id,
        values,
        fields: ruled.fields,
        rules,
        etag,
      } as const;
      const decide = (group: SecurityGroupState) => decideSecurityGroup(command, group);
      const done = await effects.execute(securityGroups, id, decide, call.completion(present.projectId, id));
      return { resourceId: id, ...done };
    });
  };
}

export function deleteSecurityGroup({ fold, guards: { hold } }: TopologyContext): Work<DeleteSecurityGroupRequest> {
  return async (request, call, effects) => {
    const id = requireUuid("id", request.id);
    return hold({ exclusive: [guards.securityGroup(id)] }, async () => {
      const { group } = permittedSecurityGroup(fold.state, call, id);
      const decide = (present: SecurityGroupState) =>
        decideSecurityGroup(
          {
            type: "DeleteSecurityGroup",
            securityGroupId: id,
            etag: request.etag,
            portIds: linked(fold.state.portsBySecurityGroup, id),
            referringGroupIds: linked(fold.state.securityGroupsByRemote, id).filter((other) => other !== id),
          },
          present,
        );
      const done = await effects.execute(securityGroups, id, decide, call.completion(group.projectId, id));
      return { resourceId: id, ...done };
    });
  };
}

export function ensureDefaultSecurityGroup(): Work<EnsureDefaultSecurityGroupRequest> {
  return async (request, call, effects) => {
    const projectId = request.projectId || call.caller.projectId;
    requireFields(call.caller, { "security_group.project_id": projectId !== call.caller.projectId });
    const resourceId = defaultGroupId(projectId);
    const done = await ensureDefaultGroup(projectId, effects, call.completion(projectId, resourceId));
    return { resourceId, ...done };
  };
}
