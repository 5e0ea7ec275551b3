import type { QuotaUpdated } from "@rhumbline/proto/rhumbline/topology/v1/topology_events";

/** Stream `quota-<projectId>`. */
export interface QuotaEvent {
  readonly type: "QuotaUpdated";
  readonly data: QuotaUpdated;
}
