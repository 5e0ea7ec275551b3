import { withFields } from "../resource/fields.ts";
import { carried } from "../resource/stamped.ts";
import type { QuotaEvent } from "./events.ts";
import { type QuotaState, quotaFields } from "./state.ts";

export function evolveQuota({ limits }: QuotaState, { type, data }: QuotaEvent): QuotaState {
  const values = carried(data.quota, type);
  const { projectId } = values;
  return { limits: { ...withFields(limits, values, data.changed, quotaFields), projectId } };
}
