import type { SecurityGroup, SecurityGroupField, SecurityGroupRule } from "./state.ts";

/** Also of a project's default group, which nobody asks for by name. */
interface CreateSecurityGroup {
  readonly type: "CreateSecurityGroup";
  /** Complete, its rules with their ids. */
  readonly group: SecurityGroup;
}

export interface UpdateSecurityGroup {
  readonly type: "UpdateSecurityGroup";
  readonly securityGroupId: string;
  /** Holds the new values of `fields`. */
  readonly values: SecurityGroup;
  readonly fields: readonly SecurityGroupField[];
  /** All rules that it is to have, each with the id that it gets if it is new. Absent: they stay as they are. */
  readonly rules?: readonly SecurityGroupRule[] | undefined;
  /** Empty: any. */
  readonly etag: string;
}

export interface AddRule {
  readonly type: "AddRule";
  readonly securityGroupId: string;
  readonly rule: SecurityGroupRule;
}

interface RemoveRule {
  readonly type: "RemoveRule";
  readonly securityGroupId: string;
  readonly ruleId: string;
}

export interface DeleteSecurityGroup {
  readonly type: "DeleteSecurityGroup";
  readonly securityGroupId: string;
  readonly etag: string;
  readonly portIds: readonly string[];
  /** Other groups with rules that refer to it. */
  readonly referringGroupIds: readonly string[];
}

export type SecurityGroupCommand =
  | CreateSecurityGroup
  | UpdateSecurityGroup
  | AddRule
  | RemoveRule
  | DeleteSecurityGroup;
