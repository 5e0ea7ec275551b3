import { fieldChecks, listPage, type MountedService, mount, requirePermission, sees } from "@rhumbline/grpc";
import type { Quota } from "@rhumbline/proto/rhumbline/topology/v1/quota";
import { QuotaServiceService, type UpdateQuotaRequest } from "@rhumbline/proto/rhumbline/topology/v1/quota_service";
import type { MutationCall } from "@rhumbline/service";
import { decideQuota } from "../../quota/decide.ts";
import { type QuotaState, quotaFields, quotaResources, unlimited } from "../../quota/state.ts";
import { quotaOf, usedBy, withDefaults } from "../../read-model/quota.ts";
import { quotas, type TopologyState } from "../../read-model/state.ts";
import { changing, type Worked } from "../changing.ts";
import type { TopologyContext } from "../context.ts";
import type { Effects } from "../effects.ts";
import { requireGiven, updatedFields } from "../request-fields.ts";

const maxLimit = 2 ** 31 - 1;
const columns = { id: ({ id }: { id: string }) => id, project_id: ({ id }: { id: string }) => id };

export function mountQuotaService(context: TopologyContext): MountedService {
  const { fold, readable, settings } = context;
  const toQuota = (state: TopologyState, projectId: string): Quota => quotaOf(state, projectId, settings.quota);

  return mount(QuotaServiceService, {
    async getQuota(request, call) {
      const projectId = requireProject("project_id", request.projectId);
      requirePermission(call.caller, "QuotaService.GetQuota", { projectId });
      const { state, position } = await readable(request, call);
      const used = quotaResources.map((resource) => [resource, usedBy(state, projectId, resource)]);
      return { quota: toQuota(state, projectId), used: { projectId, ...Object.fromEntries(used) }, position };
    },

    async listQuotas(request, call) {
      const { state, position } = await readable(request, call);
      const seen = [...state.quotas.keys()].filter((projectId) => sees(call.caller, "quota", { projectId }));
      const given = seen.map((id) => ({ id }));
      const { items, nextPageToken } = listPage(given, columns, request);
      return { quotas: items.map(({ id }) => toQuota(state, id)), nextPageToken, position };
    },

    updateQuota: changing(context, {
      work: updateQuota,
      find: (projectId) => quotas.select(fold.state, projectId),
      answer: ({ limits }, position, projectId) => ({
        quota: withDefaults({ ...limits, projectId }, settings.quota),
        position,
      }),
    }),
  });
}

async function updateQuota(
  request: UpdateQuotaRequest,
  call: MutationCall,
  effects: Effects,
): Promise<Worked<QuotaState>> {
  const values = requireGiven("quota", request.quota);
  const id = requireProject("quota.project_id", values.projectId);
  const checks = fieldChecks();
  for (const [field, resource] of Object.entries(quotaFields)) {
    const limit = values[resource] ?? unlimited;
    checks.require(`quota.${field}`, limit >= unlimited && limit <= maxLimit, `${limit} is outside -1 to ${maxLimit}`);
  }
  checks.done();
  const given = Object.fromEntries(
    Object.entries(quotaFields).map(([field, resource]) => [field, values[resource] !== undefined]),
  );
  const { own } = updatedFields(request, values, {}, given as Record<keyof typeof quotaFields, boolean>);
  const command = { type: "UpdateQuota", values, fields: own } as const;
  const done = await effects.execute(quotas, id, (quota) => decideQuota(command, quota), call.completion(id, id));
  return { resourceId: id, ...done };
}

function requireProject(field: string, projectId: string): string {
  const checks = fieldChecks();
  checks.require(field, projectId !== "", "is required");
  checks.text(field, projectId);
  checks.done();
  return projectId;
}
