import { expect, test } from "vitest";
import { applyPlan } from "../apply/apply-plan.ts";
import { compileDesired } from "../desired/compile-desired.ts";
import type { DoorAuthority } from "../desired/door.ts";
import {
  type DesiredState,
  desiredState,
  externalNetwork,
  floatingIp,
  gatewayPort,
  gone,
  instancePort,
  portForwarding,
  router,
  sampleHost,
  sampleId,
  tenantNetwork,
} from "../kernel/contract/sample-state.ts";
import { type FakeKernel, fakeKernel } from "../kernel/fake/fake-kernel.ts";
import { editLink } from "../observed/edit-kernel.ts";
import { plan } from "./plan.ts";
import { printOperation } from "./print-operation.ts";

const base = [externalNetwork(), tenantNetwork(1)] as const;
const withRouter = [...base, router(1, [1])] as const;
const namespace = `qrouter-${sampleId("a", 1)}`;

test("a new router: rules before devices are up, addresses before routes, doors open at last, then announcements", async () => {
  const kernel = await standing(desiredState(...base));
  expect(await planText(kernel, desiredState(...withRouter))).toEqual([
    "answer for 10.0.1.1 on brqb0000001-00 with fa:16:3e:00:03:11",
    `add namespace ${namespace}`,
    `${namespace}: write net.ipv4.ip_forward = 1`,
    `${namespace}: write net.ipv4.conf.all.arp_ignore = 1`,
    `${namespace}: write net.ipv4.conf.all.arp_announce = 2`,
    `${namespace}: write net.ipv4.conf.all.promote_secondaries = 1`,
    `${namespace}: write net.ipv4.conf.all.rp_filter = 0`,
    `${namespace}: write net.ipv4.conf.default.rp_filter = 0`,
    `${namespace}: write net.ipv6.conf.all.disable_ipv6 = 1`,
    `${namespace}: write net.ipv6.conf.default.disable_ipv6 = 1`,
    `${namespace}: write net.ipv6.conf.all.forwarding = 0`,
    `${namespace}: change rules`,
    `${namespace}: add veth qg-d0000001-00 to tapd0000001-00, mac fa:16:3e:00:02:01 mtu 1500`,
    `${namespace}: add veth qr-f0000101-00 to tapf0000101-00, mac fa:16:3e:00:03:11 mtu 1500`,
    "write net.ipv6.conf.tapd0000001-00.disable_ipv6 = 1",
    "write net.ipv6.conf.tapf0000101-00.disable_ipv6 = 1",
    "set link tapd0000001-00 master br-ex",
    "set link tapf0000101-00 master brqb0000001-00",
    `${namespace}: set link lo up`,
    `${namespace}: add address 203.0.113.101/24 to qg-d0000001-00`,
    `${namespace}: set link qg-d0000001-00 up`,
    `${namespace}: add address 10.0.1.1/24 to qr-f0000101-00`,
    `${namespace}: set link qr-f0000101-00 up`,
    `${namespace}: set route default via 203.0.113.1 dev qg-d0000001-00`,
    "set link tapd0000001-00 up",
    "set link tapf0000101-00 up",
    `${namespace}: announce 203.0.113.101/24 on qg-d0000001-00`,
    `${namespace}: announce 10.0.1.1/24 on qr-f0000101-00`,
  ]);
});

test("a router on standby stands whole behind closed doors, and takes over by opening and announcing", async () => {
  const standby = desiredState(...base, router(1, [1], { standby: true }));
  const kernel = await standing(desiredState(...base));
  const text = await planText(kernel, standby);
  expect(text).toContain(`${namespace}: set route default via 203.0.113.1 dev qg-d0000001-00`);
  expect(text.filter((line) => / up$|: announce/.test(line))).toEqual([
    `${namespace}: set link lo up`,
    `${namespace}: set link qg-d0000001-00 up`,
    `${namespace}: set link qr-f0000101-00 up`,
  ]);
  const prepared = await standing(standby);
  const opening = [
    "set link tapd0000001-00 up",
    "set link tapf0000101-00 up",
    `${namespace}: announce 203.0.113.101/24 on qg-d0000001-00`,
    `${namespace}: announce 10.0.1.1/24 on qr-f0000101-00`,
  ];
  expect(await planText(prepared, desiredState(...withRouter))).toEqual(opening);
  const closing = ["set link tapd0000001-00 down", "set link tapf0000101-00 down"];
  expect(await planText(await standing(desiredState(...withRouter)), standby)).toEqual(closing);
});

test("a leg of a smaller MTU does not lower that of the operator's bridge, and follows it when it is raised", async () => {
  const small = desiredState(...base, router(1, [1], { gateway: gatewayPort(1, { mtu: 1400 }) }));
  const kernel = await standing(desiredState(...base));
  const text = await planText(kernel, small);
  expect(text.filter((line) => /tapd0000001-00/.test(line))).toEqual([
    `${namespace}: add veth qg-d0000001-00 to tapd0000001-00, mac fa:16:3e:00:02:01 mtu 1400`,
    "write net.ipv6.conf.tapd0000001-00.disable_ipv6 = 1",
    "set link tapd0000001-00 mtu 1500 master br-ex",
    "set link tapd0000001-00 up",
  ]);
  await kernel.execute(await planFor(kernel, small));
  expect(await planText(kernel, small)).toEqual([]);
  kernel.change((before) => editLink(before, "", "br-ex", (link) => ({ ...link, mtu: 9000 })));
  expect(await planText(kernel, small)).toEqual(["set link tapd0000001-00 mtu 9000"]);
});

test("on a device, the leg itself is the door: its routes come when it is open", async () => {
  const host = { ...sampleHost, bridgeMappings: new Map([["physnet1", { kind: "device", device: "eth1" } as const]]) };
  const kernel = fakeKernel();
  kernel.addLink({ name: "eth1" });
  const text = async (state: DesiredState) => {
    const observed = await kernel.observe();
    const operations = plan(compileDesired(state, host), observed);
    await applyPlan(kernel, operations, observed);
    return operations.map(printOperation);
  };
  const closed = await text(desiredState(...base, router(1, [], { standby: true })));
  expect(closed.filter((line) => /: set route|: announce|: set link qg/.test(line))).toEqual([]);
  expect(await text(desiredState(...base, router(1, [])))).toEqual([
    `${namespace}: set link qg-d0000001-00 up`,
    `${namespace}: set route default via 203.0.113.1 dev qg-d0000001-00`,
    `${namespace}: announce 203.0.113.101/24 on qg-d0000001-00`,
  ]);
});

test("an agent that does not know what is its own opens nothing and closes nothing; one that was cut off closes all", async () => {
  const open = await standing(desiredState(...withRouter));
  const fresh = await standing(desiredState(...base));
  const planned = async (kernel: FakeKernel, authority: DoorAuthority) =>
    plan(compileDesired(desiredState(...withRouter), sampleHost, authority), await kernel.observe())
      .map(printOperation)
      .filter((line) => /^set link tap.* (up|down)$|: announce/.test(line));
  expect(await planned(open, "as they stand")).toEqual([]);
  expect(await planned(fresh, "as they stand")).toEqual([]);
  expect(await planned(open, "closed")).toEqual(["set link tapd0000001-00 down", "set link tapf0000101-00 down"]);
  expect(await planned(fresh, "closed")).toEqual([]);
});

test("a floating IP: its rules, its address, its announcement", async () => {
  const kernel = await standing(desiredState(...withRouter));
  const operations = await planFor(kernel, desiredState(...withRouter, floatingIp(1, 1, "10.0.1.11")));
  expect(operations.map(printOperation)).toEqual([
    [
      `${namespace}: change rules`,
      "  + element ip floating-ips 203.0.113.201 : 10.0.1.11",
      "  + element ip fixed-ips 10.0.1.11 : 203.0.113.201",
    ].join("\n"),
    `${namespace}: add address 203.0.113.201/32 to qg-d0000001-00`,
    `${namespace}: announce 203.0.113.201/32 on qg-d0000001-00`,
  ]);
  expect(operations.map(({ resource }) => resource)).toEqual([
    `floatingip.${sampleId("e", 1)}`,
    `floatingip.${sampleId("e", 1)}`,
    `router.${sampleId("a", 1)}`,
  ]);
});

test("a node that writes by iptables from now on: its rules stand before the others go, and connections stay", async () => {
  const state = desiredState(...withRouter, floatingIp(1, 1, "10.0.1.11"), portForwarding(1, 1, "10.0.1.11"));
  const kernel = await standing(state);
  const translated = { destination: "203.0.113.201", replySource: "10.0.1.11" };
  kernel.connect(namespace, { source: "198.18.200.1", replyDestination: "198.18.200.1", ...translated });
  const operations = plan(compileDesired(state, { ...sampleHost, backend: "iptables" }), await kernel.observe());
  expect(operations.map((each) => printOperation(each).split(/:? rhumbline-|\n/)[0])).toEqual([
    `${namespace}: change table mangle`,
    `${namespace}: change table nat`,
    `${namespace}: change rules`,
  ]);
});

test("a floating IP that moves within its router: rules, then connections; its address stays and needs no announcement", async () => {
  const kernel = await standing(desiredState(...withRouter, floatingIp(1, 1, "10.0.1.11")));
  expect(await planText(kernel, desiredState(...withRouter, floatingIp(1, 1, "10.0.1.12")))).toEqual([
    // What is no more, then what comes in its place: one transaction.
    `${namespace}: change rules`,
    `${namespace}: change rules`,
    `${namespace}: delete connections with destination 203.0.113.201 translated to 10.0.1.11`,
    `${namespace}: delete connections with source 10.0.1.11 translated to 203.0.113.201`,
  ]);
});

test("a floating IP that is removed: rules, then connections, then the address", async () => {
  const kernel = await standing(desiredState(...withRouter, floatingIp(1, 1, "10.0.1.11")));
  expect(await planText(kernel, desiredState(...withRouter))).toEqual([
    `${namespace}: change rules`,
    `${namespace}: delete connections with destination 203.0.113.201 translated to 10.0.1.11`,
    `${namespace}: delete connections with source 10.0.1.11 translated to 203.0.113.201`,
    `${namespace}: delete address 203.0.113.201/32 from qg-d0000001-00`,
  ]);
});

test("a connection of revoked access is drift; those of valid access are let be", async () => {
  const state = desiredState(...withRouter, floatingIp(1, 1, "10.0.1.11"));
  const kernel = await standing(state);
  const outside = "198.18.200.1";
  const flow = (source: string, destination: string, replySource: string, replyDestination: string) =>
    kernel.connect(namespace, { source, destination, replySource, replyDestination });
  flow(outside, "203.0.113.201", "10.0.1.11", outside);
  flow("10.0.1.11", outside, outside, "203.0.113.201");
  flow("10.0.1.12", outside, outside, "203.0.113.101");
  flow("10.0.1.12", "203.0.113.201", "10.0.1.11", "203.0.113.101");
  flow("10.0.1.12", "10.0.1.1", "10.0.1.1", "10.0.1.12");
  expect(await planText(kernel, state)).toEqual([]);

  flow(outside, "203.0.113.201", "10.0.1.12", outside);
  flow(outside, "203.0.113.209", "10.0.1.11", outside);
  flow(outside, "203.0.113.201", "203.0.113.201", outside);
  flow("10.0.1.12", outside, outside, "203.0.113.201");
  expect(await planText(kernel, state)).toEqual([
    `${namespace}: delete connections with destination 203.0.113.201 translated to 10.0.1.12`,
    `${namespace}: delete connections with destination 203.0.113.209 translated to 10.0.1.11`,
    `${namespace}: delete connections with destination 203.0.113.201 translated to 203.0.113.201`,
    `${namespace}: delete connections with source 10.0.1.12 translated to 203.0.113.201`,
  ]);
});

test("of forwarded ports only the connections die that the router does not send the same way any more", async () => {
  const range = desiredState(...withRouter, portForwarding(1, 1, "10.0.1.11"));
  const kernel = await standing(range);
  const to = (destinationPort: number, replySource: string, replySourcePort: number) =>
    kernel.connect(namespace, {
      source: "198.18.200.1",
      destination: "203.0.113.221",
      replySource,
      replyDestination: "198.18.200.1",
      ports: { protocol: "tcp", destinationPort, replySourcePort },
    });
  to(8080, "10.0.1.11", 80);
  to(8090, "10.0.1.11", 90);
  expect(await planText(kernel, range)).toEqual([]);

  to(8081, "10.0.1.11", 80);
  to(8082, "203.0.113.221", 8082);
  to(22, "203.0.113.221", 22);
  to(23, "10.0.1.11", 23);
  const revoked = (text: string) => `${namespace}: delete connections with destination 203.0.113.221 tcp ${text}`;
  expect(await planText(kernel, range)).toEqual([
    revoked("8081 translated to 10.0.1.11"),
    revoked("8082 translated to 203.0.113.221"),
    revoked("23 translated to 10.0.1.11"),
  ]);

  const shorter = desiredState(
    ...withRouter,
    portForwarding(1, 1, "10.0.1.11", { externalLast: 8085, internalLast: 85 }),
  );
  const [rules, flows] = await planText(kernel, shorter);
  expect(rules).toBe(`${namespace}: change rules`);
  expect(flows).toBe(revoked("8086-8090 translated to 10.0.1.11"));
});

test("an instance's device is bound when it is there, let go with its port, and never deleted", async () => {
  const kernel = await standing(desiredState(...base));
  const state = desiredState(...base, instancePort(11, 1));
  // Its part of the packet filter stands before it comes.
  const answer = ["change filter", "answer for 10.0.1.11 on brqb0000001-00 with fa:16:3e:00:01:11"];
  expect(await planText(kernel, state)).toEqual(answer);
  await kernel.execute(await planFor(kernel, state));
  kernel.addLink({ name: "tapc0000011-00" });
  expect(await planText(kernel, state)).toEqual([
    "write net.ipv6.conf.tapc0000011-00.disable_ipv6 = 1",
    `set link tapc0000011-00 bound to port.${sampleId("c", 11)} master brqb0000001-00`,
  ]);
  await kernel.execute(await planFor(kernel, state));
  const removed = desiredState(...base, gone(`port.${sampleId("c", 11)}`));
  const [unbind] = await planFor(kernel, removed);
  expect([unbind?.resource, unbind && printOperation(unbind)]).toEqual([
    `port.${sampleId("c", 11)}`,
    "set link tapc0000011-00 unbound nomaster",
  ]);
});

test("a router that goes takes its namespace whole, and a network its bridge, under the keys that were theirs", async () => {
  const kernel = await standing(desiredState(...withRouter));
  const planned = await planFor(kernel, desiredState(externalNetwork(), gone(`network.${sampleId("b", 1)}`)));
  const operations = planned.filter(({ kind }) => kind !== "change-filter");
  expect(operations.map((operation) => `${operation.resource}: ${printOperation(operation)}`)).toEqual([
    `router.${sampleId("a", 1)}: drop namespace ${namespace} with tapd0000001-00 tapf0000101-00`,
    `network.${sampleId("b", 1)}: delete link vxlan-1001`,
    `network.${sampleId("b", 1)}: delete link brqb0000001-00`,
  ]);
});

test("a router that can't be compiled any more is left as it stands", async () => {
  const kernel = await standing(desiredState(...withRouter));
  expect(await planText(kernel, desiredState(...base, router(1, [1, 9])))).toEqual([]);
});

async function standing(state: DesiredState): Promise<FakeKernel> {
  const kernel = fakeKernel();
  kernel.addLink({ name: "br-ex", kind: "bridge" });
  const operations = await planFor(kernel, state);
  expect(await kernel.execute(operations)).toEqual({ done: operations.length, error: undefined });
  return kernel;
}

async function planFor(kernel: FakeKernel, state: DesiredState) {
  return plan(compileDesired(state, sampleHost), await kernel.observe());
}

/** Without the rule-by-rule lines. */
async function planText(kernel: FakeKernel, state: DesiredState): Promise<string[]> {
  return (await planFor(kernel, state)).map((operation) => printOperation(operation).replace(/\n.*/s, ""));
}
