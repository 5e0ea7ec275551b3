import { DomainError } from "@rhumbline/event-sourcing";
import { nameSome } from "../resource/name-some.ts";

export class SecurityGroupInUse extends DomainError {
  readonly kind = "conflict";
  readonly reason = "SECURITY_GROUP_IN_USE";

  constructor(securityGroupId: string, portIds: readonly string[], groupIds: readonly string[]) {
    const users = [
      ...(portIds.length > 0 ? [`ports ${nameSome(portIds)} have it`] : []),
      ...(groupIds.length > 0 ? [`rules of groups ${nameSome(groupIds)} refer to it`] : []),
    ];
    super(`security group ${securityGroupId} is in use: ${users.join(", and ")}`, {
      securityGroupId,
      portIds: portIds.join(","),
      securityGroupIds: groupIds.join(","),
    });
  }
}

export class SecurityGroupRuleExists extends DomainError {
  readonly kind = "already-exists";
  readonly reason = "SECURITY_GROUP_RULE_EXISTS";

  constructor(securityGroupId: string, ruleId: string) {
    super(`rule ${ruleId} of security group ${securityGroupId} says the same`, { securityGroupId, ruleId });
  }
}

export class DefaultSecurityGroup extends DomainError {
  readonly kind = "conflict";
  readonly reason = "DEFAULT_SECURITY_GROUP";

  constructor(securityGroupId: string, refused: string) {
    super(refused, { securityGroupId });
  }
}

export class SecurityGroupFull extends DomainError {
  readonly kind = "exhausted";
  readonly reason = "SECURITY_GROUP_FULL";

  constructor(securityGroupId: string, limit: number) {
    super(`security group ${securityGroupId} can have ${limit} rules at most: spread them over several groups`, {
      securityGroupId,
      limit: String(limit),
    });
  }
}
