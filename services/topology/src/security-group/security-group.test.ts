import { given } from "@rhumbline/event-sourcing/testing";
import { expect, test } from "vitest";
import { decideSecurityGroup } from "./decide.ts";
import type { SecurityGroupEvent } from "./events.ts";
import { evolveSecurityGroup } from "./evolve.ts";
import { absentSecurityGroup, maxRules, type SecurityGroup, type SecurityGroupRule } from "./state.ts";

const decider = { initial: absentSecurityGroup, decide: decideSecurityGroup, evolve: evolveSecurityGroup };
const rule = (id: string, settings: Partial<SecurityGroupRule> = {}): SecurityGroupRule => ({
  id,
  direction: "DIRECTION_INGRESS",
  etherType: "ipv4",
  protocol: "tcp",
  portRangeMin: 22,
  portRangeMax: 22,
  remoteIpPrefix: "",
  remoteGroupId: "",
  remoteAddressGroupId: "",
  description: "",
  ...settings,
});
const group: SecurityGroup = {
  id: "g1",
  projectId: "p",
  name: "web",
  description: "",
  rules: [rule("r1")],
  tags: [],
  createTime: undefined,
  updateTime: undefined,
  etag: "",
};
const made = (of: SecurityGroup): SecurityGroupEvent => ({ type: "SecurityGroupCreated", data: { securityGroup: of } });
const created = made(group);
const securityGroupId = "g1";
const update = (values: Partial<SecurityGroup>, rules?: readonly SecurityGroupRule[]) =>
  ({
    type: "UpdateSecurityGroup",
    securityGroupId,
    values: { ...group, ...values },
    fields: ["name"],
    rules,
    etag: "",
  }) as const;
const remove = { type: "DeleteSecurityGroup", securityGroupId, etag: "", portIds: [], referringGroupIds: [] } as const;

test("a rule that says the same as another is refused, whatever it is called", () => {
  const same = rule("r2", { description: "again" });
  given(decider, created).when({ type: "AddRule", securityGroupId, rule: same }).refused("SECURITY_GROUP_RULE_EXISTS");
});

test("a rule is added once and removed once", () => {
  const other = rule("r2", { portRangeMin: 80, portRangeMax: 80 });
  const added: SecurityGroupEvent = { type: "SecurityGroupRuleAdded", data: { securityGroupId, rule: other } };
  const removed: SecurityGroupEvent = { type: "SecurityGroupRuleRemoved", data: { securityGroupId, ruleId: "r2" } };
  given(decider, created).when({ type: "AddRule", securityGroupId, rule: other }).then(added);
  given(decider, created, added).when({ type: "AddRule", securityGroupId, rule: other }).nothing();
  given(decider, created, added).when({ type: "RemoveRule", securityGroupId, ruleId: "r2" }).then(removed);
  given(decider, created, added, removed).when({ type: "RemoveRule", securityGroupId, ruleId: "r2" }).nothing();
});

test("a list of rules takes the place of the one before: what says the same keeps its id", () => {
  const { events } = given(decider, created).when(update({}, [rule("r7"), rule("r8", { protocol: "udp" })]));
  expect(events).toEqual([
    { type: "SecurityGroupRuleAdded", data: { securityGroupId, rule: rule("r8", { protocol: "udp" }) } },
  ]);
});

test("a group that ports have, or that rules refer to, stays", () => {
  given(decider, created)
    .when({ ...remove, portIds: ["p1"] })
    .refused("SECURITY_GROUP_IN_USE");
  given(decider, created)
    .when({ ...remove, referringGroupIds: ["g2"] })
    .refused("SECURITY_GROUP_IN_USE");
});

test("a project's default group stays, under its name, which no other takes", () => {
  const ofProject = made({ ...group, name: "default" });
  given(decider, ofProject).when(remove).refused("DEFAULT_SECURITY_GROUP");
  given(decider, ofProject)
    .when(update({ name: "web" }))
    .refused("DEFAULT_SECURITY_GROUP");
  given(decider, created)
    .when(update({ name: "default" }))
    .refused("DEFAULT_SECURITY_GROUP");
});

test("a group is full at its limit", () => {
  const rules = Array.from({ length: maxRules }, (_, i) => rule(`r${i}`, { portRangeMin: i + 1, portRangeMax: i + 1 }));
  given(decider, made({ ...group, rules }))
    .when({ type: "AddRule", securityGroupId, rule: rule("one more", { protocol: "udp" }) })
    .refused("SECURITY_GROUP_FULL");
});
