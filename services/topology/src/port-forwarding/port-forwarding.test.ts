import { given } from "@rhumbline/event-sourcing/testing";
import { expect, test } from "vitest";
import type { UpdateFloatingIp } from "../floating-ip/commands.ts";
import { decideFloatingIp } from "../floating-ip/decide.ts";
import type { FloatingIpEvent } from "../floating-ip/events.ts";
import { evolveFloatingIp } from "../floating-ip/evolve.ts";
import { absentFloatingIp, type FloatingIp } from "../floating-ip/state.ts";
import type { PortForwarding, PortForwardingField } from "./state.ts";

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
const forwarding = (id: string, first: number, last: number, fields: Partial<PortForwarding> = {}): PortForwarding => ({
  id,
  projectId: "p",
  description: "",
  floatingIpId: "f1",
  protocol: "PORT_FORWARDING_PROTOCOL_TCP",
  externalPorts: { first, last },
  internalPorts: { first: 80, last: 80 },
  internalPortId: "p1",
  internalIpAddress: "10.0.0.2",
  routerId: "r1",
  status: "PORT_FORWARDING_STATUS_UNSPECIFIED",
  createTime: undefined,
  updateTime: undefined,
  etag: "",
  ...fields,
});
const created: FloatingIpEvent = { type: "FloatingIpCreated", data: { floatingIp } };
const associated: FloatingIpEvent = {
  type: "FloatingIpAssociated",
  data: { floatingIpId: "f1", portId: "p1", fixedIpAddress: "10.0.0.2", routerId: "r1" },
};
const made = (portForwarding: PortForwarding): FloatingIpEvent => ({
  type: "PortForwardingCreated",
  data: { portForwarding },
});
const deleted = (portForwardingId: string): FloatingIpEvent => ({
  type: "PortForwardingDeleted",
  data: { portForwardingId, floatingIpId: "f1" },
});
const create = (portForwarding: PortForwarding) =>
  ({ type: "CreatePortForwarding", floatingIpId: "f1", portForwarding }) as const;
const update = (values: PortForwarding, fields: PortForwardingField[]) =>
  ({
    type: "UpdatePortForwarding",
    floatingIpId: "f1",
    portForwardingId: values.id,
    values,
    fields,
    etag: "",
  }) as const;
const web = forwarding("w", 8000, 8010);

test("ports of a floating IP that lie apart are forwarded", () => {
  given(decider, created).when(create(web)).then(made(web));
  const [next, udp] = [
    forwarding("n", 8011, 8011),
    forwarding("u", 8000, 8010, { protocol: "PORT_FORWARDING_PROTOCOL_UDP" }),
  ];
  given(decider, created, made(web)).when(create(next)).then(made(next));
  given(decider, created, made(web)).when(create(udp)).then(made(udp));
  given(decider, created, made(web)).when(create(web)).nothing();
});

test("ports that overlap those of another port forwarding are refused", () => {
  for (const [first, last] of [
    [8000, 8000],
    [7990, 8000],
    [8005, 8006],
    [1, 65535],
  ] as const) {
    const { message } = given(decider, created, made(web))
      .when(create(forwarding("n", first, last)))
      .refused("PORT_FORWARDING_OVERLAPS");
    expect(message).toContain("tcp 8000-8010 of port forwarding w");
  }
  const ssh = forwarding("s", 22, 22);
  given(decider, created, made(web), made(ssh))
    .when(update(forwarding("s", 8010, 8012), ["external_ports"]))
    .refused("PORT_FORWARDING_OVERLAPS");
  given(decider, created, made(web))
    .when(update(forwarding("w", 8005, 8020), ["external_ports"]))
    .then({
      type: "PortForwardingUpdated",
      data: {
        portForwardingId: "w",
        portForwarding: forwarding("w", 8005, 8020),
        changed: ["external_ports"],
      },
    });
});

test("a floating IP stands for a port or forwards single ports", () => {
  given(decider, created, associated).when(create(web)).refused("FLOATING_IP_ASSOCIATED");
  const association = { portId: "p1", fixedIpAddress: "10.0.0.2", routerId: "r1", heldBy: undefined };
  const associate: UpdateFloatingIp = {
    type: "UpdateFloatingIp",
    floatingIpId: "f1",
    values: floatingIp,
    fields: [],
    association,
    etag: "",
  };
  given(decider, created, made(web)).when(associate).refused("FLOATING_IP_FORWARDS_PORTS");
  given(decider, created, made(web), deleted("w")).when(associate).then(associated);
});

test("one router translates all port forwardings of a floating IP", () => {
  const elsewhere = { routerId: "r2", internalPortId: "p2", internalIpAddress: "10.0.9.2" };
  given(decider, created, made(web))
    .when(create(forwarding("n", 22, 22, elsewhere)))
    .refused("PORT_FORWARDING_NEEDS_OTHER_ROUTER");
  const moved = given(decider, created, made(web)).when(
    update(forwarding("w", 8000, 8010, elsewhere), ["internal_port_id", "internal_ip_address"]),
  ).events;
  expect(moved).toMatchObject([{ data: { changed: ["internal_port_id", "internal_ip_address", "router_id"] } }]);
});

test("port forwardings go with the port that they lead to, and with their floating IP", () => {
  const other = forwarding("o", 22, 22, { internalPortId: "p2" });
  given(decider, created, made(web), made(other))
    .when({ type: "DeletePortForwardingsTo", floatingIpId: "f1", portId: "p1" })
    .then(deleted("w"));
  given(decider, created, made(web))
    .when({ type: "DeleteFloatingIp", floatingIpId: "f1", etag: "" })
    .then(deleted("w"), { type: "FloatingIpDeleted", data: { floatingIpId: "f1" } });
});

test("a port forwarding has an etag of its own", () => {
  const { aggregate } = given(decider, created, made(web));
  const etag = aggregate.status === "active" ? aggregate.portForwardings.get("w")?.etag : undefined;
  const remove = { type: "DeletePortForwarding", floatingIpId: "f1", portForwardingId: "w" } as const;
  given(decider, created, made(web))
    .when({ ...remove, etag: "99" })
    .refused("ETAG_MISMATCH");
  given(decider, created, made(web))
    .when({ ...remove, etag: etag ?? "" })
    .then(deleted("w"));
});
