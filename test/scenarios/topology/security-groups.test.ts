import { SecurityGroup, SecurityGroupRule } from "@rhumbline/proto/rhumbline/topology/v1/security_group";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { amidAppend } from "../two-writers.ts";
import { type ControlPlane, startControlPlane } from "./control-plane.ts";
import { firstPage, make, plainly, read } from "./make.ts";

let plane: ControlPlane;

beforeEach(async () => {
  plane = await startControlPlane();
});
afterEach(() => plane.stop());

const groupsNow = async () => (await plane.securityGroups.listSecurityGroups(firstPage)).securityGroups;
const said = ({ direction, etherType, protocol, remoteGroupId }: SecurityGroupRule) =>
  [direction, etherType, protocol, remoteGroupId].filter((word) => word !== "").join(" ");

describe("a project's default group", () => {
  test("comes with its first port, lets everything out and in what its own ports send", async () => {
    const { id } = await make(plane).network();
    const port = await make(plane).port(id);
    const [group] = await groupsNow();
    expect(port.securityGroupIds).toEqual([group?.id]);
    expect(group?.rules.map(said).sort()).toEqual([
      "DIRECTION_EGRESS ipv4",
      "DIRECTION_EGRESS ipv6",
      `DIRECTION_INGRESS ipv4 ${group?.id}`,
      `DIRECTION_INGRESS ipv6 ${group?.id}`,
    ]);
  });

  test("is one, however many ports come at once, and one for each project", async () => {
    const { id } = await make(plane).network();
    const ofProject = (projectId: string) => make(plane).port(id, { projectId });
    await Promise.all([..."aaaaabbbbb"].map(ofProject));
    expect((await groupsNow()).map(({ projectId }) => projectId).sort()).toEqual(["a", "b"]);
  });

  test("is not given to a port that is to have none, or no port security", async () => {
    const { id } = await make(plane).network();
    expect((await make(plane).port(id, { noSecurityGroups: true })).securityGroupIds).toEqual([]);
    expect((await make(plane).port(id, { portSecurityDisabled: true })).securityGroupIds).toEqual([]);
    expect(await groupsNow()).toEqual([]);
  });

  test("may be given other rules", async () => {
    const { id } = await make(plane).network();
    await make(plane).port(id);
    const [group] = await groupsNow();
    for (const rule of group?.rules ?? [])
      await plane.securityGroups.deleteSecurityGroupRule({ id: rule.id, ...plainly });
    await make(plane).rule(group?.id ?? "", { protocol: "tcp", portRangeMin: 22, portRangeMax: 22 });
    expect((await groupsNow())[0]?.rules.map(said)).toEqual(["DIRECTION_INGRESS ipv4 tcp"]);
  });
});

test("a group's rules are replaced as a whole, and those that say the same keep their ids", async () => {
  const group = await make(plane).securityGroup({ name: "web" });
  const kept = await make(plane).rule(group.id, { protocol: "tcp", portRangeMin: 80, portRangeMax: 80 });
  const direction = "DIRECTION_INGRESS";
  const wanted: Partial<SecurityGroup> = {
    id: group.id,
    rules: [
      SecurityGroupRule.fromPartial({ direction, protocol: "udp" }),
      SecurityGroupRule.fromPartial({ direction, protocol: "6", portRangeMin: 80, portRangeMax: 80 }),
    ],
  };
  const securityGroup = SecurityGroup.fromPartial(wanted);
  await plane.securityGroups.updateSecurityGroup({ securityGroup, updateMask: ["rules"], etag: "", ...plainly });
  const { securityGroup: now } = await plane.securityGroups.getSecurityGroup({ id: group.id, ...read });
  expect(now?.rules.map(({ protocol }) => protocol)).toEqual(["tcp", "udp"]);
  expect(now?.rules[0]?.id).toBe(kept.id);
});

describe("two at once:", () => {
  const remove = (id: string) => plane.securityGroups.deleteSecurityGroup({ id, etag: "", ...plainly });

  const outcomes = (settled: readonly PromiseSettledResult<unknown>[]): string[] => settled.map(({ status }) => status);

  test("a port is made with a group that is being deleted: one of the two is refused", async () => {
    const { id } = await make(plane).network();
    const group = await make(plane).securityGroup();
    const port = () => make(plane).port(id, { securityGroupIds: [group.id] });
    const settled = await amidAppend(plane.store, "port-", port, () => remove(group.id));
    expect(outcomes(settled)).toEqual(["fulfilled", "rejected"]);
    const [one] = (await plane.ports.listPorts(firstPage)).ports;
    expect(one?.securityGroupIds).toEqual([group.id]);
  });

  test("a group goes while a rule that refers to it comes: the rule is refused", async () => {
    const referred = await make(plane).securityGroup();
    const other = await make(plane).securityGroup();
    const rule = () => make(plane).rule(other.id, { remoteGroupId: referred.id });
    const settled = await amidAppend(plane.store, "securityGroup-", () => remove(referred.id), rule);
    expect(outcomes(settled)).toEqual(["fulfilled", "rejected"]);
  });

  test("an address group goes while a rule that refers to it comes: the rule is refused", async () => {
    const referred = await make(plane).addressGroup({ addresses: ["192.0.2.0/24"] });
    const group = await make(plane).securityGroup();
    const gone = () => plane.addressGroups.deleteAddressGroup({ id: referred.id, etag: "", ...plainly });
    const rule = () => make(plane).rule(group.id, { remoteAddressGroupId: referred.id });
    expect(outcomes(await amidAppend(plane.store, "addressGroup-", gone, rule))).toEqual(["fulfilled", "rejected"]);
  });
});
