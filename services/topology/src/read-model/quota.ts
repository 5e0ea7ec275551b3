import { type Quota, type QuotaResource, quotaResources, unlimited } from "../quota/state.ts";
import type { TopologyState } from "./state.ts";

type Defaults = Readonly<Partial<Record<QuotaResource, number>>>;

/** A project's quota, with the defaults filled in. */
export const quotaOf = (state: TopologyState, projectId: string, defaults: Defaults): Quota =>
  withDefaults({ ...state.quotas.get(projectId)?.limits, projectId }, defaults);

export function withDefaults(limits: Quota, defaults: Defaults): Quota {
  const filled = quotaResources.map((resource) => [resource, limits[resource] ?? defaults[resource] ?? unlimited]);
  return { ...Object.fromEntries(filled), projectId: limits.projectId };
}

/** How many the project has. */
export const usedBy = (state: TopologyState, projectId: string, resource: QuotaResource): number =>
  state[`${resource}sByProject`].get(projectId)?.size ?? 0;
