import { requireWithinQuota } from "../../quota/decide.ts";
import { type QuotaResource, unlimited } from "../../quota/state.ts";
import { quotaOf, usedBy } from "../../read-model/quota.ts";
import type { TopologyContext } from "../context.ts";
import { guards } from "../guard-names.ts";

/** What stands between a project and more than it may have. */
export interface QuotaGate {
  /** To be held, exclusively, from before `check` until what is made is folded. Where there is no limit there is nothing
   *  to wait for. */
  readonly exclusive: readonly string[];
  /** @throws {QuotaExceeded} */
  check(): void;
}

export function quotaGate(
  { fold, settings }: Pick<TopologyContext, "fold" | "settings">,
  projectId: string,
  resource: QuotaResource,
): QuotaGate {
  const limits = () => quotaOf(fold.state, projectId, settings.quota);
  const limited = (limits()[resource] ?? unlimited) !== unlimited;
  return {
    exclusive: limited ? [guards.quota(projectId, resource)] : [],
    check: () => {
      if (limited) requireWithinQuota(resource, limits(), usedBy(fold.state, projectId, resource));
    },
  };
}
