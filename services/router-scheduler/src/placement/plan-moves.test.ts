import { describe, expect, test } from "vitest";
import * as sample from "../../../../test/scenarios/scheduler/sample-events.ts";
import { stateAfter } from "../../../../test/scenarios/scheduler/sample-state.ts";
import { planScheduling } from "./plan-scheduling.ts";

const nodes = ["A", "B", "C"].map((id) => sample.nodeRegistered(id));
/** The plan as text, a command a line; events lie a second apart. */
const plan = (events: sample.SampleEvent[], { elapsedMs = 0, mayMove = true } = {}): string[] => {
  const nowMs = events.length * 1000 + elapsedMs;
  const { bindings, nodes: ends } = planScheduling(stateAfter(...events), { mayMove, nowMs });
  const steps = bindings.map((command) => {
    const nodeId = "toNodeId" in command ? command.toNodeId : "nodeId" in command ? command.nodeId : "";
    const to = nodeId && ` to ${nodeId}`;
    const why = "reason" in command ? `: ${command.reason}` : "";
    return `${command.type} ${command.routerId}${to}${why}`;
  });
  return [...steps, ...ends.map(({ type, nodeId }) => `${type} ${nodeId}`)];
};
const joined = (routerId: string): sample.SampleEvent[] => [
  sample.routerCreated(routerId),
  sample.interfaceAdded(routerId, leg),
];
const leg = { portId: "rp", networkId: "n1", subnetId: "s1", ipAddress: "10.0.0.1", cidr: "10.0.0.0/24" };
const report = (nodeId: string, position: number, error = "") =>
  sample.changesApplied(nodeId, 1, position, [{ key: "router.r1", position, error }]);

describe("a move", () => {
  const started = [...nodes, ...joined("r1"), sample.routerBound("r1", "A"), sample.moveStarted("r1", "A", "B")];
  const closing = [...started, report("B", 7), sample.movePrepared("r1", "B")];

  test("goes on when the new node has reported the closed router, and no sooner", () => {
    expect(plan(started)).toEqual([]);
    expect(plan([...started, report("B", 6)])).toEqual([]);
    expect(plan([...started, report("B", 7)])).toEqual(["CloseOld r1 to B"]);
  });

  test("goes on at once where the router joins nothing: no node has anything to do for it", () => {
    const bare = [
      ...nodes,
      sample.routerCreated("r1"),
      sample.routerBound("r1", "A"),
      sample.moveStarted("r1", "A", "B"),
    ];
    expect(plan(bare)).toEqual(["CloseOld r1 to B"]);
    expect(plan([...bare, sample.movePrepared("r1", "B")])).toEqual(["FinishMove r1 to B"]);
  });

  test("is under way until it ends, and so is a drain: reports and time alone may bring more", () => {
    const isUnderWay = (...events: sample.SampleEvent[]): boolean =>
      planScheduling(stateAfter(...events), { mayMove: true, nowMs: 0 }).underWay;
    expect(isUnderWay(...nodes, sample.routerCreated("r1"), sample.routerBound("r1", "A"))).toBe(false);
    expect(isUnderWay(...started)).toBe(true);
    expect(isUnderWay(...closing, sample.routerBound("r1", "B"))).toBe(false);
    expect(isUnderWay(...nodes, sample.nodeDrainStarted("A", 1, 0))).toBe(true);
  });

  test("ends when the old node has reported that it closed", () => {
    expect(plan(closing)).toEqual([]);
    expect(plan([...closing, report("A", 9)])).toEqual(["FinishMove r1 to B"]);
  });

  test("is given up when a node fails it, is gone, or takes too long", () => {
    expect(plan([...started, report("B", 7, "Device or resource busy")])).toEqual([
      "AbortMove r1 to B: on host-B: Device or resource busy",
    ]);
    expect(plan([...started, sample.nodeBecameUnreachable("B")])).toEqual([
      "AbortMove r1 to B: node host-B is unreachable",
    ]);
    expect(plan(started, { elapsedMs: 61_000 })).toEqual([
      "AbortMove r1 to B: host-B has not reported for 60 s that it holds the router",
    ]);
    expect(plan(closing, { elapsedMs: 5_001 })).toEqual([
      "AbortMove r1 to B: host-A has not reported for 5 s that it closed its doors",
    ]);
  });

  test("is given up as soon as either node applies nothing new", () => {
    expect(plan([...closing, sample.nodeRefusedDesiredState("A", "ENOSPC")])).toEqual([
      "AbortMove r1 to B: node host-A applies nothing new: ENOSPC",
    ]);
    expect(plan([...started, sample.nodeRefusedDesiredState("B", "held by an operator")])).toEqual([
      "AbortMove r1 to B: node host-B applies nothing new: held by an operator",
    ]);
  });

  test("from a node that dies under way becomes a binding elsewhere", () => {
    expect(plan([...closing, sample.nodeFailed("A")])).toEqual([
      "BindRouter r1 to C: node host-A failed: no heartbeat; fewest routers (0)",
    ]);
  });
});

describe("a drain", () => {
  const routers = ["r1", "r2", "r3"].flatMap((id) => [...joined(id), sample.routerBound(id, "A")]);
  const draining = [...nodes, ...routers, sample.nodeDrainStarted("A", 2, 3)];
  const because = "node host-A is being drained";

  test("moves so many routers at once, to the least loaded of the others", () => {
    expect(plan(draining)).toEqual([`StartMove r1 to B: ${because}`, `StartMove r2 to C: ${because}`]);
    const oneUnderWay = [...draining, sample.moveStarted("r1", "A", "B")];
    expect(plan(oneUnderWay)).toEqual([`StartMove r2 to C: ${because}`]);
    expect(plan([...oneUnderWay, sample.moveStarted("r2", "A", "C")])).toEqual([]);
  });

  test("goes on from what the log says, whoever plans", () => {
    const arrived = [sample.routerUnbound("r1", "A"), sample.routerBound("r1", "B", 2)];
    expect(plan([...draining, sample.moveStarted("r1", "A", "B"), ...arrived])).toContain(
      `StartMove r2 to C: ${because}`,
    );
  });

  test("tries a router again some time after its move was given up", () => {
    const events = [...draining, sample.moveStarted("r1", "A", "B"), sample.moveAborted("r1", "B")];
    expect(plan(events).some((line) => line.includes("r1"))).toBe(false);
    expect(plan(events, { elapsedMs: 11_000 }).some((line) => line.includes("r1"))).toBe(true);
  });

  test("begins no move while nothing may move, nor to a node that is cordoned", () => {
    expect(plan(draining, { mayMove: false })).toEqual([]);
    expect(plan([...draining, sample.nodeCordoned("B"), sample.nodeCordoned("C")])).toEqual([]);
  });

  test("waits while its node applies nothing new, and goes on when it does", () => {
    const refusing = [...draining, sample.nodeRefusedDesiredState("A", "ENOSPC")];
    expect(plan(refusing, { elapsedMs: 3_600_000 })).toEqual([]);
    expect(plan([...refusing, sample.nodeAcceptedDesiredState("A")])).toHaveLength(2);
  });

  test("is over when no router is left", () => {
    expect(plan([...nodes, sample.nodeDrainStarted("A", 2, 0)])).toEqual(["EndDrain A"]);
  });
});
