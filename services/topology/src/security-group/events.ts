import type {
  SecurityGroupCreated,
  SecurityGroupDeleted,
  SecurityGroupRuleAdded,
  SecurityGroupRuleRemoved,
  SecurityGroupUpdated,
} from "@rhumbline/proto/rhumbline/topology/v1/topology_events";

/** Stream `securityGroup-<securityGroupId>`. */
export type SecurityGroupEvent =
  | { readonly type: "SecurityGroupCreated"; readonly data: SecurityGroupCreated }
  | { readonly type: "SecurityGroupUpdated"; readonly data: SecurityGroupUpdated }
  | { readonly type: "SecurityGroupRuleAdded"; readonly data: SecurityGroupRuleAdded }
  | { readonly type: "SecurityGroupRuleRemoved"; readonly data: SecurityGroupRuleRemoved }
  | { readonly type: "SecurityGroupDeleted"; readonly data: SecurityGroupDeleted };
