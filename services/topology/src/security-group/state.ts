import type { SecurityGroupCreated } from "@rhumbline/proto/rhumbline/topology/v1/topology_events";
import type { FieldTable } from "../resource/fields.ts";
import type { Stamped } from "../resource/stamped.ts";

/** As its events carry it: without times and etag, its rules complete. */
export type SecurityGroup = NonNullable<SecurityGroupCreated["securityGroup"]>;
export type SecurityGroupRule = SecurityGroup["rules"][number];

export interface ActiveSecurityGroup extends Stamped {
  readonly status: "active";
  readonly id: string;
  readonly group: SecurityGroup;
}

export type SecurityGroupState = { readonly status: "absent" } | ActiveSecurityGroup;

export const absentSecurityGroup: SecurityGroupState = { status: "absent" };

/** Rules have events of their own. */
export const securityGroupFields = {
  name: "name",
  description: "description",
  tags: "tags",
} as const satisfies FieldTable<SecurityGroup>;

export type SecurityGroupField = keyof typeof securityGroupFields;

/** Of the one group that each project has without making it. */
export const defaultGroupName = "default";

/** A node gets a group's rules as one value, which must stay under 64 KiB. */
export const maxRules = 300;
