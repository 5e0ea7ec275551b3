import { describe, expect, test } from "vitest";
import * as sample from "../../../../test/scenarios/scheduler/sample-events.ts";
import { stateAfter } from "../../../../test/scenarios/scheduler/sample-state.ts";
import { type DataPlane, dataPlaneOf, type ProbeReport } from "./data-plane.ts";
import { judgeNode, type NodeFacts } from "./judge-node.ts";

const report = (proberId: string, silentMs: Record<string, number>): ProbeReport => ({
  proberId,
  probes: Object.entries(silentMs).map(([nodeId, ms]) => ({ nodeId, silentMs: ms })),
});

describe("whether a node's kernel answers", () => {
  test("is known from one answer, whatever others say", () => {
    expect(dataPlaneOf("A", [report("B", { A: 9000, C: 0 }), report("C", { A: 100 })], 1000).verdict).toBe("answers");
  });

  test("is no when nobody who hears somebody hears it", () => {
    const { verdict, probes } = dataPlaneOf(
      "A",
      [report("C", { A: 1200, B: 0 }), report("B", { A: 1500, C: 0 })],
      1000,
    );
    expect(verdict).toBe("silent");
    expect(probes.map(({ peerNodeId }) => peerNodeId)).toEqual(["B", "C"]);
  });

  test("is not known from a peer that hears nobody at all, or from none", () => {
    expect(dataPlaneOf("A", [report("B", { A: 5000, C: 5000 })], 1000).verdict).toBe("unknown");
    expect(dataPlaneOf("A", [report("B", { C: 0 }), report("A", { A: 5000 })], 1000).verdict).toBe("unknown");
  });

  test("is known from the only peer, though it has nobody else to probe", () => {
    expect(dataPlaneOf("A", [report("B", { A: 1000 })], 1000).verdict).toBe("silent");
  });
});

describe("what is said of a node", () => {
  const settings = { nodeTimeoutMs: 5000, failoverDelayMs: 1000 };
  const dataPlane = (verdict: DataPlane["verdict"]) => (): DataPlane => ({
    verdict,
    probes: [{ peerNodeId: "B", silentMs: 1 }],
  });
  const silent: NodeFacts = {
    heartbeatAgeMs: 1000,
    listenedMs: 60_000,
    dataPlane: dataPlane("silent"),
    mostMayLive: true,
  };
  const judged = (facts: Partial<NodeFacts>, events: sample.SampleEvent[] = []) => {
    const node = stateAfter(sample.nodeRegistered("A", { tunnelIp: "198.18.0.11" }), ...events).nodes.get("A");
    if (node === undefined) throw new Error("the sample has no node A");
    return judgeNode(node, { ...silent, ...facts }, settings);
  };

  test("dead: neither heard nor answering", () => {
    expect(judged({})).toEqual({
      type: "MarkFailed",
      incarnation: "i1",
      reason: "no heartbeat for 1000 ms, and 198.18.0.11 gives no echo to its peer",
    });
  });

  test("nothing while it is heard, while its kernel answers, or while nobody knows whether it does", () => {
    expect(judged({ heartbeatAgeMs: 900 })).toBeUndefined();
    expect(judged({ dataPlane: dataPlane("answers") })).toBeUndefined();
    expect(judged({ dataPlane: dataPlane("unknown") })).toBeUndefined();
  });

  test("nothing when most nodes are silent, or when the scheduler did not listen for long enough", () => {
    expect(judged({ mostMayLive: false })).toBeUndefined();
    expect(judged({ listenedMs: 900 })).toBeUndefined();
  });

  test("unreachable, and no more than that, when its kernel goes on answering", () => {
    const facts = { heartbeatAgeMs: 5000, dataPlane: dataPlane("answers") };
    expect(judged(facts)).toMatchObject({ type: "MarkUnreachable", reason: "no heartbeat for 5 s" });
    expect(judged(facts, [sample.nodeBecameUnreachable("A")])).toBeUndefined();
  });

  test("dead, of one that was unreachable before; once", () => {
    expect(judged({}, [sample.nodeBecameUnreachable("A")])).toMatchObject({ type: "MarkFailed" });
    expect(judged({ heartbeatAgeMs: 9000 }, [sample.nodeFailed("A")])).toBeUndefined();
  });

  test("back, when its agent is heard again, not for the heartbeat before its silence", () => {
    expect(judged({ heartbeatAgeMs: 1100 }, [sample.nodeFailed("A")])).toBeUndefined();
    expect(judged({ heartbeatAgeMs: 10 }, [sample.nodeFailed("A")])).toEqual({
      type: "MarkReachable",
      incarnation: "i1",
    });
  });

  test("no node is ever dead where failover is off", () => {
    const node = stateAfter(sample.nodeRegistered("A")).nodes.get("A");
    if (node === undefined) throw new Error("the sample has no node A");
    expect(judgeNode(node, silent, { nodeTimeoutMs: 5000, failoverDelayMs: 0 })).toBeUndefined();
  });
});
