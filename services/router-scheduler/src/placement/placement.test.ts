import { describe, expect, test } from "vitest";
import * as sample from "../../../../test/scenarios/scheduler/sample-events.ts";
import { stateAfter } from "../../../../test/scenarios/scheduler/sample-state.ts";
import { placeOfRouter, planPlacements } from "./plan-placements.ts";

const mayMove = { mayMove: true };
const unschedulable = (reason: string): sample.SampleEvent => ({
  stream: "routerBinding-r1",
  event: { type: "RouterUnschedulable", data: { routerId: "r1", reason } },
});
const onPhysnet2 = [
  sample.networkCreated("ext2", "physnet2"),
  sample.gatewaySet("r1", { portId: "g", networkId: "ext2", subnetId: "s", ipAddress: "203.0.113.7" }),
];
const withPhysnet2 = sample.nodeRegistered("C", { mappings: { physnet2: "br-2" } });

/** The plan as text, a command a line. */
const plan = (events: sample.SampleEvent[], options = mayMove): string[] =>
  planPlacements(stateAfter(...events), options).map((command) => {
    const nodeId =
      command.type === "BindRouter" ? command.nodeId : command.type === "StartMove" ? command.toNodeId : "";
    const reason = "reason" in command ? command.reason : "";
    return `${command.type} ${command.routerId}${nodeId && ` to ${nodeId}`}: ${reason}`;
  });

describe("a router that runs nowhere", () => {
  test("goes to no node that takes no part in the overlays of its networks", () => {
    const leg = { portId: "l", networkId: "n1", subnetId: "s", ipAddress: "10.0.0.1", cidr: "10.0.0.0/24" };
    const routed = [sample.networkCreated("n1"), sample.routerCreated("r1"), sample.interfaceAdded("r1", leg)];
    const apart = sample.nodeRegistered("A", { capabilities: ["routers"], tunnelIp: "" });
    expect(plan([apart, sample.nodeRegistered("B"), ...routed])).toEqual(["BindRouter r1 to B: the only candidate"]);
    expect(plan([apart, ...routed])).toEqual([
      "DeclareUnschedulable r1: the only node takes no part in overlays (no tunnel IP, or no VXLAN in its kernel)",
    ]);
  });

  test("goes to no node whose underlay is too small for its overlays, tunnels over IPv6 being the larger", () => {
    const leg = { portId: "l", networkId: "n1", subnetId: "s", ipAddress: "10.0.0.1", cidr: "10.0.0.0/24" };
    const routed = [
      sample.networkCreated("n1", "", 1450),
      sample.routerCreated("r1"),
      sample.interfaceAdded("r1", leg),
    ];
    const small = sample.nodeRegistered("A", { underlayMtu: 1499 });
    const overIpv6 = sample.nodeRegistered("B", { underlayMtu: 1519, tunnelIp: "2001:db8::1" });
    expect(plan([small, overIpv6, sample.nodeRegistered("C", { underlayMtu: 1500 }), ...routed])).toEqual([
      "BindRouter r1 to C: the only candidate",
    ]);
    expect(plan([small, overIpv6, ...routed])).toEqual([
      "DeclareUnschedulable r1: no node can hold it: 1 node that carries 1499 bytes between the nodes, and its networks need 1500; 1 node that carries 1519 bytes between the nodes, and its networks need 1520",
    ]);
    expect(plan([small, sample.networkCreated("n2"), sample.routerCreated("r1")])).toEqual([
      "BindRouter r1 to A: the only candidate",
    ]);
    expect(plan([sample.nodeRegistered("A"), ...routed])).toEqual(["BindRouter r1 to A: the only candidate"]);
  });

  test("goes where its VLAN networks can be: a mapping of the physical network, and 802.1q", () => {
    const leg = { portId: "l", networkId: "n1", subnetId: "s", ipAddress: "10.0.0.1", cidr: "10.0.0.0/24" };
    const tagged = sample.vlanNetworkCreated("n1", "physnet1", 7);
    const routed = [tagged, sample.routerCreated("r1"), sample.interfaceAdded("r1", leg)];
    const without = sample.nodeRegistered("A");
    const unmapped = sample.nodeRegistered("B", { capabilities: ["routers", "vlan"], mappings: {} });
    const able = sample.nodeRegistered("C", { capabilities: ["routers", "vlan"] });
    expect(plan([without, unmapped, able, ...routed])).toEqual(["BindRouter r1 to C: the only candidate"]);
    expect(plan([without, unmapped, ...routed])).toEqual([
      "DeclareUnschedulable r1: no node can hold it: 1 node that has no mapping for physnet1; 1 node that makes no VLAN devices (no 802.1q in its kernel)",
    ]);
  });

  test("goes to the only node that can hold it", () => {
    expect(plan([sample.nodeRegistered("A"), sample.routerCreated("r1")])).toEqual([
      "BindRouter r1 to A: the only candidate",
    ]);
  });

  test("goes to the node with the fewest routers, of equals to the one with the smallest id", () => {
    const nodes = [sample.nodeRegistered("B"), sample.nodeRegistered("A")];
    const routers = ["r1", "r2", "r3"].map((id) => sample.routerCreated(id));
    expect(plan([...nodes, ...routers])).toEqual([
      "BindRouter r1 to A: fewest routers (0)",
      "BindRouter r2 to B: fewest routers (0)",
      "BindRouter r3 to A: fewest routers (1)",
    ]);
  });

  test("goes to no node that is unreachable or can't hold routers", () => {
    const nodes = [
      sample.nodeRegistered("A"),
      sample.nodeBecameUnreachable("A"),
      sample.nodeRegistered("B", { capabilities: ["vxlan"] }),
    ];
    expect(plan([...nodes, sample.routerCreated("r1")])).toEqual([
      "DeclareUnschedulable r1: no node can hold it: 1 node that can't hold routers; 1 node that is unreachable",
    ]);
  });

  test("goes where its gateway's physical network is", () => {
    const events = [sample.nodeRegistered("A"), withPhysnet2, sample.routerCreated("r1"), ...onPhysnet2];
    expect(plan(events)).toEqual(["BindRouter r1 to C: the only candidate"]);
  });

  test("goes where its availability zone hints and its node selector lead", () => {
    const nodes = [
      sample.nodeRegistered("A", { availabilityZone: "az1", labels: { rack: "r1" } }),
      sample.nodeRegistered("B", { availabilityZone: "az2", labels: { rack: "r1" } }),
      sample.nodeRegistered("C", { availabilityZone: "az2", labels: { rack: "r2" } }),
    ];
    const wish = { availabilityZoneHints: ["az2"], nodeSelector: { rack: "r2" } };
    expect(plan([...nodes, sample.routerCreated("r1", wish)])).toEqual(["BindRouter r1 to C: the only candidate"]);
    expect(plan([...nodes.slice(0, 2), sample.routerCreated("r1", wish)])).toEqual([
      "DeclareUnschedulable r1: no node can hold it: 1 node that is not in availability zone az2; 1 node that lacks label rack=r2",
    ]);
  });

  test("goes to no node that is full or cordoned, be it the emptiest", () => {
    const nodes = [
      sample.nodeRegistered("A", { maxRouters: 1 }),
      sample.nodeRegistered("B"),
      sample.nodeCordoned("B"),
      sample.nodeRegistered("C"),
      ...["x1", "x2"].flatMap((id) => [sample.routerCreated(id), sample.routerBound(id, "C")]),
      sample.routerCreated("x3"),
      sample.routerBound("x3", "A"),
    ];
    expect(plan([...nodes, sample.routerCreated("r1")])).toEqual(["BindRouter r1 to C: the only candidate"]);
  });

  test("goes to no node that applies nothing new, until it does again", () => {
    const full = [sample.nodeRegistered("A"), sample.nodeRefusedDesiredState("A", "ENOSPC: no space left on device")];
    const taken = [sample.routerCreated("x1"), sample.routerBound("x1", "B")];
    const created = sample.routerCreated("r1");
    expect(plan([...full, sample.nodeRegistered("B"), ...taken, created])).toEqual([
      "BindRouter r1 to B: the only candidate",
    ]);
    expect(plan([...full, created])).toEqual([
      "DeclareUnschedulable r1: the only node applies nothing new: ENOSPC: no space left on device",
    ]);
    expect(plan([...full, created, sample.nodeAcceptedDesiredState("A")])).toEqual([
      "BindRouter r1 to A: the only candidate",
    ]);
  });

  test("is said to be unschedulable once, until the reason is another", () => {
    const created = sample.routerCreated("r1");
    expect(plan([created])).toEqual(["DeclareUnschedulable r1: no node is registered"]);
    expect(plan([created, unschedulable("no node is registered")])).toEqual([]);
    expect(plan([sample.nodeRegistered("A"), created, unschedulable("no node is registered"), ...onPhysnet2])).toEqual([
      "DeclareUnschedulable r1: the only node has no mapping for physnet2",
    ]);
  });
});

describe("a router that runs somewhere", () => {
  const bound = [sample.nodeRegistered("A"), sample.routerCreated("r1"), sample.routerBound("r1", "A")];

  test("stays there, though another node has fewer", () => {
    expect(plan([...bound, sample.nodeRegistered("B")])).toEqual([]);
  });

  test("stays on a node that turns out to lose its large packets: moving it is the operator's to say", () => {
    const leg = { portId: "l", networkId: "n1", subnetId: "s", ipAddress: "10.0.0.1", cidr: "10.0.0.0/24" };
    const routed = [sample.networkCreated("n1"), sample.interfaceAdded("r1", leg)];
    const again = sample.nodeRegistered("A", { underlayMtu: 1400, incarnation: "i2" });
    expect(plan([...bound, ...routed, sample.nodeRegistered("B"), again])).toEqual([]);
  });

  test("stays on a node that is cordoned, or full with it", () => {
    const full = [sample.nodeRegistered("A", { maxRouters: 1 }), ...bound.slice(1), sample.nodeRegistered("B")];
    expect(plan([...full, sample.nodeCordoned("A")])).toEqual([]);
  });

  test("stays on a node that became unreachable", () => {
    expect(plan([...bound, sample.nodeRegistered("B"), sample.nodeBecameUnreachable("A")])).toEqual([]);
  });

  test("stays on a node that applies nothing new, whatever it lacks: it could not close its doors", () => {
    const refusing = sample.nodeRefusedDesiredState("A", "ENOSPC");
    expect(plan([...bound, refusing, sample.nodeRegistered("B")])).toEqual([]);
    expect(plan([...bound, refusing, withPhysnet2, ...onPhysnet2])).toEqual([]);
    const dead = [...bound, refusing, sample.nodeRegistered("B"), sample.nodeFailed("A")];
    expect(plan(dead)).toEqual(["BindRouter r1 to B: node host-A failed: no heartbeat; the only candidate"]);
  });

  test("moves when its node lacks its gateway's physical network, unless nothing may move", () => {
    const events = [...bound, withPhysnet2, ...onPhysnet2];
    expect(plan(events)).toEqual(["StartMove r1 to C: node host-A has no mapping for physnet2"]);
    expect(plan(events, { mayMove: false })).toEqual([]);
    expect(plan([...events, sample.nodeBecameUnreachable("A")])).toEqual([]);
  });

  test("is bound elsewhere at once when its node counts as dead, unless nothing may move", () => {
    const events = [...bound, sample.nodeRegistered("B"), sample.nodeFailed("A")];
    expect(plan(events)).toEqual(["BindRouter r1 to B: node host-A failed: no heartbeat; the only candidate"]);
    expect(plan(events, { mayMove: false })).toEqual([]);
    expect(plan([...bound, sample.nodeFailed("A")])).toEqual(["DeclareUnschedulable r1: the only node is unreachable"]);
  });

  test("stays when no node has its gateway's physical network, and that is said", () => {
    expect(plan([...bound, ...onPhysnet2])).toEqual([
      "DeclareUnschedulable r1: the only node has no mapping for physnet2",
    ]);
  });

  test("leaves its node when it was deleted", () => {
    expect(plan([...bound, sample.routerDeleted("r1")])).toEqual(["UnbindRouter r1: the router was deleted"]);
  });
});

test("a router's place is pending until it is said", () => {
  const created = [sample.nodeRegistered("A"), sample.routerCreated("r1")];
  expect(placeOfRouter(stateAfter(...created), "r1")).toEqual({ pending: true, unschedulable: "" });
  const settled = { pending: false, unschedulable: "" };
  expect(placeOfRouter(stateAfter(...created, sample.routerBound("r1", "A")), "r1")).toEqual(settled);
  const nowhere = [sample.routerCreated("r1"), unschedulable("no node is registered")];
  expect(placeOfRouter(stateAfter(...nowhere), "r1")).toEqual({ ...settled, unschedulable: "no node is registered" });
});
