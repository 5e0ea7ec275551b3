import fc from "fast-check";
import { expect, test } from "vitest";
import * as sample from "../../../../test/scenarios/scheduler/sample-events.ts";
import { applySample } from "../../../../test/scenarios/scheduler/sample-state.ts";
import { planScheduling } from "../placement/plan-scheduling.ts";
import { emptyState } from "../read-model/state.ts";
import { createLooking } from "./looking.ts";

const nodeId = fc.constantFrom("A", "B");
const routerId = fc.constantFrom("r1", "r2", "r3");
const physicalNetwork = fc.constantFrom("physnet1", "physnet2");
const leg = { subnetId: "s", ipAddress: "10.0.0.1", cidr: "10.0.0.0/24" };
const gateway = { portId: "g", networkId: "ext", subnetId: "s", ipAddress: "203.0.113.7" };

const anyEvent: fc.Arbitrary<sample.SampleEvent> = fc.oneof(
  fc
    .tuple(nodeId, physicalNetwork, fc.constantFrom(0, 1))
    .map(([id, network, maxRouters]) => sample.nodeRegistered(id, { mappings: { [network]: "br-1" }, maxRouters })),
  nodeId.map(sample.nodeDeleted),
  nodeId.map((id) => sample.nodeBecameUnreachable(id)),
  nodeId.map((id) => sample.nodeDrainStarted(id, 1, 0)),
  physicalNetwork.map((name) => sample.networkCreated("ext", name)),
  routerId.map(sample.routerCreated),
  routerId.map((id) => sample.gatewaySet(id, gateway)),
  fc
    .tuple(routerId, fc.constantFrom("n1", "n2"))
    .map(([id, networkId]) => sample.interfaceAdded(id, { ...leg, portId: `l-${networkId}`, networkId })),
  fc
    .tuple(fc.constantFrom("n1", "n2"), fc.constantFrom("", "physnet1", "physnet2"))
    .map((args) => sample.networkCreated(...args)),
  fc.constantFrom("n1", "n2", "ext").map(sample.networkDeleted),
  routerId.map(sample.routerDeleted),
  fc.tuple(routerId, nodeId).map((args) => sample.routerBound(...args)),
  fc.tuple(routerId, nodeId).map((args) => sample.routerUnbound(...args)),
  fc.tuple(routerId, nodeId, nodeId).map((args) => sample.moveStarted(...args)),
  fc.tuple(routerId, nodeId).map((args) => sample.moveAborted(...args)),
);

test("what is said of the routers that an event concerns is what looking at all of them says", () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 60, size: "max" }), (events) => {
      const state = emptyState();
      const looking = createLooking(state);
      for (const [i, event] of events.entries()) {
        applySample(state, event, i + 1);
        const { stream } = event;
        const when = { mayMove: true, nowMs: i * 1000 };
        const whole = planScheduling(state, when);
        // Nobody plans unless something was heard; then there is nothing new to say.
        if (!looking.hear({ id: "", stream, revision: 0, position: i + 1 })) continue;
        const plan = planScheduling(state, { ...when, among: looking.next() });
        looking.planned(plan);
        const said = ({ bindings, nodes }: typeof plan) =>
          new Set([...bindings, ...nodes].map((each) => JSON.stringify(each)));
        expect(said(plan)).toEqual(said(whole));
        expect(plan.underWay).toBe(whole.underWay);
      }
    }),
    { numRuns: 500 },
  );
});

test("all of them at first and when it is said; else those that were heard of, once, and those that have no place yet", () => {
  const looking = createLooking(emptyState());
  expect(looking.next()).toBeUndefined();
  looking.hear({ id: "", stream: "router-r1", revision: 0, position: 1 });
  expect(looking.next()).toEqual(new Set(["r1"]));
  expect(looking.next()).toEqual(new Set());
  looking.planned({ underWay: false, unsettled: new Set(["r2"]) });
  expect(looking.next()).toEqual(new Set(["r2"]));
  looking.atAll();
  expect(looking.next()).toBeUndefined();
});
