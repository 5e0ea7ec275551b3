import { QuotaExceeded } from "@rhumbline/event-sourcing";
import { changedFields } from "../resource/fields.ts";
import type { UpdateQuota } from "./commands.ts";
import type { QuotaEvent } from "./events.ts";
import { type Quota, type QuotaResource, type QuotaState, quotaFields, unlimited } from "./state.ts";

export function decideQuota({ values, fields }: UpdateQuota, { limits }: QuotaState): QuotaEvent[] {
  const changed = changedFields(limits, values, fields, quotaFields);
  return changed.length === 0 ? [] : [{ type: "QuotaUpdated", data: { quota: values, changed } }];
}

/** Whether a project may have one more.
 *  @throws {QuotaExceeded} */
export function requireWithinQuota(resource: QuotaResource, limits: Quota, used: number): void {
  const limit = limits[resource] ?? unlimited;
  if (limit !== unlimited && used >= limit) throw new QuotaExceeded(limits.projectId, resource, used, limit);
}
