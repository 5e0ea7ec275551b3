import { given } from "@rhumbline/event-sourcing/testing";
import { expect, test } from "vitest";
import { decideNode } from "./decide.ts";
import type { NodeEvent } from "./events.ts";
import { evolveNode } from "./evolve.ts";
import { absentNode, type Node, type NodeAttributes } from "./state.ts";

const decider = { initial: absentNode as Node, decide: decideNode, evolve: evolveNode };
const attributes: NodeAttributes = {
  name: "host-a",
  bridgeMappings: { physnet1: "br-ex" },
  tunnelIp: "",
  capabilities: ["routers"],
  agentVersion: "1",
  backend: "iptables",
  availabilityZone: "az1",
  labels: { rack: "r12" },
  maxRouters: 0,
  underlayMtu: 1550,
  bootId: "boot-1",
  incarnation: "i1",
};
const register = (changed: Partial<NodeAttributes> = {}) =>
  ({ type: "RegisterNode", nodeId: "A", attributes: { ...attributes, ...changed } }) as const;
const registered = given(decider).when(register()).events[0] as NodeEvent;
const unreachable: NodeEvent = { type: "NodeBecameUnreachable", data: { nodeId: "A", reason: "no heartbeat for 5 s" } };
const reachable: NodeEvent = { type: "NodeBecameReachable", data: { nodeId: "A" } };
const silent = { type: "MarkUnreachable", incarnation: "i1", reason: "no heartbeat for 5 s" } as const;
const remove = (routerIds: string[], etag = "") => ({ type: "DeleteNode", nodeId: "A", etag, routerIds }) as const;

test("a new node is registered, and is there", () => {
  expect(given(decider, registered).aggregate).toMatchObject({ id: "A", name: "host-a", alive: true, etag: "0" });
});

test("a node that registers again as it was is not registered twice", () => {
  given(decider, registered).when(register()).nothing();
});

test("a node that was given up and registers as it was is reachable again", () => {
  given(decider, registered, unreachable).when(register()).then(reachable);
});

test("a mapping, a version or an incarnation that changed is registered", () => {
  for (const changed of [{ bridgeMappings: {} }, { agentVersion: "2" }, { incarnation: "i2" }]) {
    expect(given(decider, registered).when(register(changed)).events).toHaveLength(1);
  }
});

test("a node is given up once, and found again once", () => {
  given(decider, registered).when(silent).then(unreachable);
  given(decider, registered, unreachable).when(silent).nothing();
  given(decider, registered, unreachable).when({ type: "MarkReachable", incarnation: "i1" }).then(reachable);
  given(decider, registered).when({ type: "MarkReachable", incarnation: "i1" }).nothing();
});

test("the silence of an agent that was replaced since is no silence of the node", () => {
  given(decider, registered)
    .when({ ...silent, incarnation: "i0" })
    .nothing();
});

test("a node is cordoned and uncordoned once, and stays so when its agent starts again", () => {
  const cordon = { type: "CordonNode", nodeId: "A" } as const;
  const uncordon = { type: "UncordonNode", nodeId: "A" } as const;
  const cordoned: NodeEvent = { type: "NodeCordoned", data: { nodeId: "A" } };
  given(decider, registered).when(cordon).then(cordoned);
  given(decider, registered, cordoned).when(cordon).nothing();
  given(decider, registered).when(uncordon).nothing();
  given(decider).when(cordon).refused("NOT_FOUND");
  const again = given(decider, registered, cordoned).when(register({ incarnation: "i2" })).events[0] as NodeEvent;
  expect(given(decider, registered, cordoned, again).aggregate).toMatchObject({ cordoned: true, incarnation: "i2" });
});

test("a drain cordons, is begun once, may change its pace, and ends by itself or by uncordoning", () => {
  const drain = (maxMovesAtOnce: number) =>
    ({ type: "DrainNode", nodeId: "A", maxMovesAtOnce, routersAtStart: 3 }) as const;
  const started: NodeEvent = {
    type: "NodeDrainStarted",
    data: { nodeId: "A", maxMovesAtOnce: 2, routersAtStart: 3 },
  };
  const end = { type: "EndDrain", nodeId: "A" } as const;
  given(decider, registered).when(drain(2)).then(started);
  given(decider, registered, started).when(drain(2)).nothing();
  expect(given(decider, registered, started).when(drain(5)).events).toHaveLength(1);
  expect(given(decider, registered, started).aggregate).toMatchObject({ cordoned: true });
  const drained: NodeEvent = { type: "NodeDrained", data: { nodeId: "A" } };
  given(decider, registered, started).when(end).then(drained);
  expect(given(decider, registered, started, drained).aggregate).toMatchObject({ cordoned: true, drain: undefined });
  const uncordoned: NodeEvent = { type: "NodeUncordoned", data: { nodeId: "A" } };
  expect(given(decider, registered, started, uncordoned).aggregate).toMatchObject({
    cordoned: false,
    drain: undefined,
  });
});

test("a node counts as dead until its agent is heard again", () => {
  const fail = { type: "MarkFailed", incarnation: "i1", reason: "neither heard nor answering" } as const;
  const failed: NodeEvent = { type: "NodeFailed", data: { nodeId: "A", reason: fail.reason } };
  given(decider, registered).when(fail).then(failed);
  given(decider, registered, failed).when(fail).nothing();
  given(decider, registered)
    .when({ ...fail, incarnation: "i0" })
    .nothing();
  expect(given(decider, registered, failed).aggregate).toMatchObject({ alive: false, failed: fail.reason });
  expect(given(decider, registered, failed, reachable).aggregate).toMatchObject({ alive: true, failed: "" });
});

test("a node refuses once, whatever it says next, and goes on refusing when its agent starts again, until it accepts", () => {
  const refuse = (reason: string) => ({ type: "MarkRefusing", incarnation: "i1", reason }) as const;
  const accept = { type: "MarkAccepting", incarnation: "i1" } as const;
  const refused: NodeEvent = { type: "NodeRefusedDesiredState", data: { nodeId: "A", reason: "ENOSPC" } };
  const accepted: NodeEvent = { type: "NodeAcceptedDesiredState", data: { nodeId: "A" } };
  given(decider, registered).when(refuse("ENOSPC")).then(refused);
  given(decider, registered, refused).when(refuse("held by an operator")).nothing();
  given(decider, registered)
    .when({ ...refuse("ENOSPC"), incarnation: "i0" })
    .nothing();
  given(decider, registered).when(accept).nothing();
  given(decider, registered, refused).when(accept).then(accepted);
  const again = given(decider, registered, refused).when(register({ incarnation: "i2" })).events[0] as NodeEvent;
  expect(given(decider, registered, refused, again).aggregate).toMatchObject({ refusal: "ENOSPC", incarnation: "i2" });
  expect(given(decider, registered, refused, accepted).aggregate).toMatchObject({ refusal: "" });
});

test("a node with routers is not deleted, and the refusal names them", () => {
  const refusal = given(decider, registered)
    .when(remove(["r1", "r2"]))
    .refused("NODE_IN_USE");
  expect(refusal.message).toContain("r1, r2");
});

test("a node without routers is deleted, by its etag if one is given", () => {
  given(decider, registered)
    .when(remove([]))
    .then({ type: "NodeDeleted", data: { nodeId: "A" } });
  given(decider, registered).when(remove([], "7")).refused("ETAG_MISMATCH");
  given(decider).when(remove([])).refused("NOT_FOUND");
});
