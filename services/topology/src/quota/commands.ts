import type { Quota, QuotaField } from "./state.ts";

export interface UpdateQuota {
  readonly type: "UpdateQuota";
  /** Holds the new values of `fields`. */
  readonly values: Quota;
  readonly fields: readonly QuotaField[];
}
