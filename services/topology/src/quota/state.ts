import type { QuotaUpdated } from "@rhumbline/proto/rhumbline/topology/v1/topology_events";
import type { FieldTable } from "../resource/fields.ts";

/** As its events carry it: a field that is absent has the default. */
export type Quota = NonNullable<QuotaUpdated["quota"]>;

/** A project has a quota without anybody making one. */
export interface QuotaState {
  readonly limits: Quota;
}

export const noQuota: QuotaState = { limits: { projectId: "" } };

export const quotaFields = {
  network: "network",
  port: "port",
  router: "router",
  floating_ip: "floatingIp",
  subnet: "subnet",
  security_group: "securityGroup",
  security_group_rule: "securityGroupRule",
} as const satisfies FieldTable<Quota>;

export type QuotaField = keyof typeof quotaFields;
/** What there can be a quota of, as messages name it. */
export type QuotaResource = (typeof quotaFields)[QuotaField];
export const quotaResources = Object.values(quotaFields);

export const unlimited = -1;
