import { describe, expect, test } from "vitest";
import * as sample from "../../../../test/scenarios/scheduler/sample-events.ts";
import { stateAfter } from "../../../../test/scenarios/scheduler/sample-state.ts";
import { explainPlacement, type PlacementQuestion } from "./explain-placement.ts";
import { planPlacements } from "./plan-placements.ts";

const nodes = [
  sample.nodeRegistered("A"),
  sample.nodeRegistered("B", { availabilityZone: "az2" }),
  sample.nodeRegistered("C", { mappings: {}, capabilities: [] }),
];
const onPhysnet1 = [
  sample.networkCreated("ext", "physnet1"),
  sample.gatewaySet("r1", { portId: "g", networkId: "ext", subnetId: "s", ipAddress: "203.0.113.7" }),
];
const created = [...nodes, sample.routerCreated("r1"), ...onPhysnet1];

/** The explanation as text: a candidate a line, the decision last. */
const explain = (events: sample.SampleEvent[], question: Partial<PlacementQuestion> = {}): string[] => {
  const whole = { routerId: "r1", withoutNodeIds: [], wish: undefined, ...question };
  const { candidates, decision } = explainPlacement(stateAfter(...events), whole);
  return [
    ...candidates.map(({ node, routers, objections }) => `${node.id} ${routers} ${objections.join("; ") || "can"}`),
    decision,
  ];
};

describe("why a router is placed where it is", () => {
  test("names every node: what each objects, and what the others are weighed by", () => {
    expect(explain(created)).toEqual([
      "A 0 can",
      "B 0 can",
      "C 0 can't hold routers; has no mapping for physnet1",
      "host-A: fewest routers (0)",
    ]);
  });

  test("says of a node without 802.1q that it can't hold a router with its gateway on a VLAN network", () => {
    const gateway = { portId: "g", networkId: "tagged", subnetId: "s", ipAddress: "203.0.113.7" };
    const onVlan = [sample.vlanNetworkCreated("tagged", "physnet1", 7), sample.gatewaySet("r2", gateway)];
    expect(explain([...nodes, sample.routerCreated("r2"), ...onVlan], { routerId: "r2" })).toEqual([
      "A 0 makes no VLAN devices (no 802.1q in its kernel)",
      "B 0 makes no VLAN devices (no 802.1q in its kernel)",
      "C 0 can't hold routers; makes no VLAN devices (no 802.1q in its kernel); has no mapping for physnet1",
      "no node can hold it: 1 node that can't hold routers; 2 nodes, each of which makes no VLAN devices (no 802.1q in its kernel)",
    ]);
  });

  test("says what the plan does", () => {
    const [command] = planPlacements(stateAfter(...created), { mayMove: true });
    expect(command).toMatchObject({ type: "BindRouter", nodeId: "A", reason: "fewest routers (0)" });
  });

  test("of a bound router: it stays, and does not weigh against its own node", () => {
    const bound = [...created, sample.routerBound("r1", "B")];
    expect(explain(bound).at(-1)).toBe("stays on host-B, which can hold it");
    expect(explain(bound)).toContain("B 0 can");
  });

  test("of a bound router that joins nothing: nothing of it is on its node", () => {
    const bare = [...nodes, sample.routerCreated("r2"), sample.routerBound("r2", "B")];
    expect(explain(bare, { routerId: "r2" }).at(-1)).toBe(
      "stays on host-B, which can hold it; it joins no network, so that there is nothing of it there yet",
    );
  });

  test("of a bound router that asks for another zone: it leaves", () => {
    const bound = [...created, sample.routerBound("r1", "A")];
    const wish = { physicalNetworks: ["physnet1"], availabilityZoneHints: ["az2"], nodeSelector: {} };
    expect(explain(bound, { wish }).at(-1)).toBe(
      "leaves host-A, which is not in availability zone az2, for host-B: the only candidate",
    );
  });

  test("what if a node were gone", () => {
    const bound = [...created, sample.routerBound("r1", "A")];
    expect(explain(bound, { withoutNodeIds: ["A"] }).at(-1)).toBe("host-B: the only candidate");
    expect(explain(bound, { withoutNodeIds: ["A", "B"] }).at(-1)).toBe("the only node can't hold routers");
  });

  test("what if a router without wishes were made", () => {
    expect(explain(created, { routerId: undefined }).at(-1)).toBe("host-A: fewest routers (0)");
  });
});
