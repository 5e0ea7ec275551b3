import { given } from "@rhumbline/event-sourcing/testing";
import { expect, test } from "vitest";
import type { AssociationWanted, UpdateFloatingIp } from "./commands.ts";
import { decideFloatingIp } from "./decide.ts";
import type { FloatingIpEvent } from "./events.ts";
import { evolveFloatingIp } from "./evolve.ts";
import { absentFloatingIp, type FloatingIp } from "./state.ts";

const decider = { initial: absentFloatingIp, decide: decideFloatingIp, evolve: evolveFloatingIp };
const floatingIp: FloatingIp = {
  id: "f1",
  projectId: "p",
  description: "",
  floatingNetworkId: "x",
  floatingIpAddress: "203.0.113.7",
  portId: "",
  fixedIpAddress: "",
  routerId: "",
  status: "FLOATING_IP_STATUS_UNSPECIFIED",
  tags: [],
  createTime: undefined,
  updateTime: undefined,
  etag: "",
  floatingPortId: "fp1",
};
const wanted = (portId: string, heldBy?: string): AssociationWanted => ({
  portId,
  fixedIpAddress: "10.0.0.2",
  routerId: "r1",
  heldBy,
});
const created: FloatingIpEvent = { type: "FloatingIpCreated", data: { floatingIp } };
const associated = (portId: string): FloatingIpEvent => ({
  type: "FloatingIpAssociated",
  data: { floatingIpId: "f1", portId, fixedIpAddress: "10.0.0.2", routerId: "r1" },
});
const disassociated = (portId: string): FloatingIpEvent => ({
  type: "FloatingIpDisassociated",
  data: { floatingIpId: "f1", portId, routerId: "r1" },
});
const update = (association: UpdateFloatingIp["association"]): UpdateFloatingIp => ({
  type: "UpdateFloatingIp",
  floatingIpId: "f1",
  values: floatingIp,
  fields: [],
  association,
  etag: "",
});

test("a floating IP is made and associated in one step", () => {
  given(decider)
    .when({ type: "CreateFloatingIp", floatingIp, association: wanted("p1") })
    .then(created, associated("p1"));
});

test("a floating IP moves in one step, and stays where it is when asked twice", () => {
  given(decider, created, associated("p1"))
    .when(update(wanted("p2")))
    .then(disassociated("p1"), associated("p2"));
  given(decider, created, associated("p1"))
    .when(update(wanted("p1", "f1")))
    .nothing();
});

test("a fixed IP that has another floating IP of the network is refused", () => {
  given(decider, created)
    .when(update(wanted("p1", "f9")))
    .refused("FIXED_IP_HAS_FLOATING_IP");
});

test("a deleted port's floating IP lets it go, unless it has moved on", () => {
  const release = { type: "DisassociateFloatingIp", portId: "p1" } as const;
  given(decider, created, associated("p1")).when(release).then(disassociated("p1"));
  given(decider, created, associated("p2")).when(release).nothing();
  given(decider).when(release).nothing();
});

test("a floating IP lets its port go before it is deleted", () => {
  const deleted: FloatingIpEvent = { type: "FloatingIpDeleted", data: { floatingIpId: "f1" } };
  const remove = { type: "DeleteFloatingIp", floatingIpId: "f1", etag: "" } as const;
  given(decider, created, associated("p1")).when(remove).then(disassociated("p1"), deleted);
  given(decider, created)
    .when({ ...remove, etag: "7" })
    .refused("ETAG_MISMATCH");
  expect(given(decider, created, deleted).aggregate).toEqual(absentFloatingIp);
});
