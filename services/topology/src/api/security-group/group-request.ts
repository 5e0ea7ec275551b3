import { fieldChecks } from "@rhumbline/grpc";
import type { SecurityGroup } from "@rhumbline/proto/rhumbline/topology/v1/security_group";
import { DefaultSecurityGroup } from "../../security-group/errors.ts";
import { defaultGroupName } from "../../security-group/state.ts";
import { checkDescribed, checkNew, noStamps, requireGiven } from "../request-fields.ts";
import { egressRules } from "./default-group.ts";
import { parseRules } from "./rule-request.ts";

/** A group as asked for, complete.
 *  @throws {InvalidFields} {DefaultSecurityGroup} */
export function parseNewGroup(
  given: SecurityGroup | undefined,
  callerProject: string,
  newId: (role: string) => string,
): SecurityGroup {
  const group = requireGiven("security_group", given);
  const checks = fieldChecks();
  checkNew(checks, "security_group", group);
  checks.done();
  if (group.name === defaultGroupName) {
    const why = `"${defaultGroupName}" is the name of the group that each project has without making it: choose another`;
    throw new DefaultSecurityGroup("", why);
  }
  const id = newId("security group");
  const rules = group.rules.length === 0 ? egressRules(newId) : parseRules(group.rules, newId, id);
  return { ...group, id, projectId: group.projectId || callerProject, rules, ...noStamps };
}

/** The new values of an update, without rules.
 *  @throws {InvalidFields} */
export function parseGroupValues(given: SecurityGroup, { id, projectId }: SecurityGroup): SecurityGroup {
  const checks = fieldChecks();
  checkDescribed(checks, "security_group", given);
  checks.done();
  return { ...given, id, projectId, rules: [], ...noStamps };
}
