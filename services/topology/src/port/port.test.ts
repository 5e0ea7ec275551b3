import { given } from "@rhumbline/event-sourcing/testing";
import { describe, expect, test } from "vitest";
import { decidePort } from "./decide.ts";
import { deviceOwners } from "./device-owner.ts";
import type { PortEvent } from "./events.ts";
import { evolvePort } from "./evolve.ts";
import { absentPort, type Port, type PortField } from "./state.ts";

const decider = { initial: absentPort, decide: decidePort, evolve: evolvePort };
const port: Port = {
  id: "p1",
  projectId: "p",
  networkId: "n1",
  name: "",
  description: "",
  adminStateUp: true,
  macAddress: "fa:16:3e:00:00:01",
  fixedIps: [{ subnetId: "s1", ipAddress: "10.0.0.2" }],
  deviceId: "",
  deviceOwner: "",
  binding: undefined,
  status: "PORT_STATUS_UNSPECIFIED",
  statusReason: "",
  securityGroupIds: [],
  portSecurityDisabled: false,
  extraDhcpOptions: [],
  dnsName: "",
  noSecurityGroups: false,
  allowedAddressPairs: [],
  tags: [],
  createTime: undefined,
  updateTime: undefined,
  etag: "",
};
const created: PortEvent = { type: "PortCreated", data: { port, portSecurityDecided: true } };
const ofRouter: PortEvent = {
  type: "PortCreated",
  data: {
    port: { ...port, deviceId: "r1", deviceOwner: deviceOwners.routerInterface },
    portSecurityDecided: true,
  },
};
const bound = (nodeId: string, device = "tapp1"): PortEvent => ({
  type: "PortBound",
  data: { portId: "p1", nodeId, device },
});
const unbound = (nodeId: string): PortEvent => ({ type: "PortUnbound", data: { portId: "p1", nodeId } });
const deleted: PortEvent = { type: "PortDeleted", data: { portId: "p1", networkId: "n1" } };
const at = (nodeId: string, device = "", heldBy?: string) => ({
  nodeId,
  device,
  heldBy,
  nodeName: `name of ${nodeId}`,
});
const bind = (nodeId: string, device = "", heldBy?: string) =>
  ({
    type: "BindPort",
    portId: "p1",
    binding: at(nodeId, device, heldBy),
    presentNodeName: "node1",
    etag: "",
  }) as const;
const unbind = { type: "UnbindPort", portId: "p1", etag: "" } as const;
const update = (values: Partial<Port>, fields: PortField[], binding?: ReturnType<typeof at> | "nowhere") =>
  ({
    type: "UpdatePort",
    portId: "p1",
    values: { ...port, ...values },
    fields,
    binding,
    floatingIpByAddress: new Map([["10.0.0.2", "f1"]]),
    portForwardingByAddress: new Map(),
    etag: "",
  }) as const;
const lend = { type: "LendPort", portId: "p1", deviceId: "r1", deviceOwner: deviceOwners.routerInterface } as const;

test("a port for a node is made and bound in one step", () => {
  given(decider)
    .when({ type: "CreatePort", port, binding: at("h1") })
    .then(created, bound("h1"));
  given(decider, created).when({ type: "CreatePort", port }).nothing();
});

test("a port that is bound elsewhere moves in one event", () => {
  given(decider, created, bound("h1"))
    .when(update({}, [], at("h2")))
    .then(bound("h2"));
  given(decider, created, bound("h1"))
    .when(update({}, [], "nowhere"))
    .then(unbound("h1"));
  given(decider, created, bound("h1"))
    .when(update({}, [], at("h1")))
    .nothing();
});

test("a port is bound to a device, by the name that it is given or by its own", () => {
  given(decider, created).when(bind("h1", "tap7")).then(bound("h1", "tap7"));
  given(decider, created).when(bind("h1")).then(bound("h1"));
  given(decider, created, bound("h1", "tap7")).when(bind("h1", "tap8")).then(bound("h1", "tap8"));
});

test("asked twice, or without a word of the device, a bound port stays as it is", () => {
  const present = given(decider, created, bound("h1", "tap7"));
  present.when(bind("h1", "tap7", "p2")).nothing();
  present.when(bind("h1")).nothing();
  present.when(update({}, [], at("h1"))).nothing();
});

test("a port that was bound before devices had names has its own", () => {
  expect(given(decider, created, bound("h1", "")).aggregate).toMatchObject({
    port: { binding: { host: "h1", device: "tapp1" } },
  });
});

test("to be bound elsewhere, a port must be unbound first: the refusal says where it is", () => {
  const { message } = given(decider, created, bound("h1", "tap7")).when(bind("h2")).refused("PORT_BOUND_ELSEWHERE");
  expect(message).toContain("is bound to device tap7 on node node1");
  given(decider, created, bound("h1")).when(unbind).then(unbound("h1"));
  given(decider, created).when(unbind).nothing();
});

describe("a move", () => {
  const start = (nodeId: string, device = "", heldBy?: string) =>
    ({ type: "StartPortMove", portId: "p1", binding: at(nodeId, device, heldBy), etag: "" }) as const;
  const finish = { type: "FinishPortMove", portId: "p1", etag: "" } as const;
  const abort = { type: "AbortPortMove", portId: "p1", etag: "" } as const;
  const started: PortEvent = {
    type: "PortMoveStarted",
    data: { portId: "p1", fromNodeId: "h1", toNodeId: "h2", device: "tap8" },
  };
  const aborted: PortEvent = { type: "PortMoveAborted", data: { portId: "p1", toNodeId: "h2" } };
  const present = given(decider, created, bound("h1", "tap7"));
  const moving = given(decider, created, bound("h1", "tap7"), started);

  test("starts once, and is finished by the event that binds the port", () => {
    present.when(start("h2", "tap8")).then(started);
    for (const device of ["tap8", ""]) moving.when(start("h2", device)).nothing();
    expect(moving.aggregate).toMatchObject({
      port: { binding: { host: "h1", device: "tap7", move: { host: "h2", device: "tap8" } } },
    });
    moving.when(finish).then(bound("h2", "tap8"));
    const arrived = given(decider, created, bound("h1", "tap7"), started, bound("h2", "tap8"));
    expect(arrived.aggregate).toMatchObject({ port: { binding: { host: "h2", device: "tap8", move: undefined } } });
  });

  test("to where the port is, is none", () => {
    present.when(start("h1")).nothing();
  });

  test("can be aborted, and nothing is left of it", () => {
    moving.when(abort).then(aborted);
    present.when(abort).nothing();
    given(decider, created, bound("h1", "tap7"), started, aborted).when(finish).refused("PORT_NOT_MOVING");
  });

  test("is one at a time, of a port that is bound, to a device that nobody has", () => {
    expect(moving.when(start("h3")).refused("PORT_MOVING").message).toContain("device tap8 on node h2");
    given(decider, created).when(start("h2")).refused("PORT_NOT_BOUND");
    present.when(start("h2", "tap8", "p2")).refused("DEVICE_IN_USE");
  });

  test("ends when the port is unbound or bound elsewhere", () => {
    moving.when(unbind).then(unbound("h1"));
    moving.when(update({}, [], at("h3"))).then(bound("h3"));
  });
});

test("a device is bound to one port: the refusal names it", () => {
  const { message } = given(decider, created)
    .when(bind("h1", "tap7", "p2"))
    .refused("DEVICE_IN_USE");
  expect(message).toContain("device tap7 on node name of h1 is bound to port p2");
  given(decider, created)
    .when(update({}, [], at("h1", "tap7", "p2")))
    .refused("DEVICE_IN_USE");
});

test("a port that a router owns is not deleted or changed but in what people read of it", () => {
  given(decider, ofRouter).when({ type: "DeletePort", portId: "p1", etag: "" }).refused("PORT_OWNED_BY_DEVICE");
  given(decider, ofRouter)
    .when(update({ adminStateUp: false }, ["admin_state_up"]))
    .refused("PORT_OWNED_BY_DEVICE");
  given(decider, ofRouter).when(bind("h1")).refused("PORT_OWNED_BY_DEVICE");
  given(decider, ofRouter)
    .when(update({}, [], at("h1")))
    .refused("PORT_OWNED_BY_DEVICE");
  expect(given(decider, ofRouter).when(update({ name: "gw" }, ["name"])).events).toHaveLength(1);
});

test("a router takes its own port away, once", () => {
  given(decider, ofRouter).when({ type: "DeleteDevicePort", portId: "p1" }).then(deleted);
  given(decider, ofRouter, deleted).when({ type: "DeleteDevicePort", portId: "p1" }).nothing();
});

test("a port is lent to one router, and is its owner's again when that did not take it", () => {
  const [lent] = given(decider, created).when(lend).events as [PortEvent];
  given(decider, created, lent).when(lend).nothing();
  given(decider, created, lent)
    .when({ ...lend, deviceId: "r2" })
    .refused("PORT_OWNED_BY_DEVICE");
  const [returned] = given(decider, created, lent).when({ type: "ReturnPort", portId: "p1" }).events as [PortEvent];
  expect(given(decider, created, lent, returned).aggregate).toMatchObject({ port: { deviceId: "", deviceOwner: "" } });
});

test("whether a port came to be as a router's is remembered", () => {
  expect(given(decider, ofRouter).aggregate).toMatchObject({ madeForDevice: true });
  const [lent] = given(decider, created).when(lend).events as [PortEvent];
  expect(given(decider, created, lent).aggregate).toMatchObject({ madeForDevice: false });
});

test("an address that a floating IP stands for can't be taken away, and another can be added", () => {
  const other = { subnetId: "s1", ipAddress: "10.0.0.3" };
  const { message } = given(decider, created)
    .when(update({ fixedIps: [other] }, ["fixed_ips"]))
    .refused("FIXED_IP_REQUIRED_BY_FLOATING_IP");
  expect(message).toContain("f1");
  const [event] = given(decider, created).when(update({ fixedIps: [...port.fixedIps, other] }, ["fixed_ips"])).events;
  expect(event).toMatchObject({ type: "PortUpdated", data: { changed: ["fixed_ips"] } });
});

test("the addresses of a router's port are the router's to change", () => {
  given(decider, ofRouter)
    .when(update({ fixedIps: [] }, ["fixed_ips"]))
    .refused("PORT_OWNED_BY_DEVICE");
});
