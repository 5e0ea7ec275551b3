import { ResourceKind } from "@rhumbline/proto/rhumbline/scheduler/v1/realisation_service";
import { describe, expect, test } from "vitest";
import * as sample from "../../../../test/scenarios/scheduler/sample-events.ts";
import { stateAfter } from "../../../../test/scenarios/scheduler/sample-state.ts";
import { assess } from "./realisation.ts";

const leg = { portId: "rp", networkId: "n1", subnetId: "s1", ipAddress: "10.0.0.1", cidr: "10.0.0.0/24" };
const routerAt5 = [
  sample.nodeRegistered("A"),
  sample.networkCreated("n1"),
  sample.routerCreated("r1"),
  sample.routerBound("r1", "A"),
  sample.interfaceAdded("r1", leg),
];
const reported = (seq: number, key: string, position: number, error = "") =>
  sample.changesApplied("A", seq, position, [{ key, position, error }]);

/** "waits", "realised", or why not. */
const told = (kind: ResourceKind, id: string, ...events: sample.SampleEvent[]): string => {
  const { realisation, settled } = assess(stateAfter(...events), kind, id);
  if (!settled) return "waits";
  return realisation.realised ? "realised" : realisation.reason || realisation.nodes.map(({ error }) => error).join();
};

describe("a router", () => {
  test("waits for its place, and for its node to report it as it is wanted now", () => {
    expect(told(ResourceKind.ROUTER, "r1", ...routerAt5.slice(0, 3))).toBe("waits");
    expect(told(ResourceKind.ROUTER, "r1", ...routerAt5)).toBe("waits");
    expect(told(ResourceKind.ROUTER, "r1", ...routerAt5, reported(1, "router.r1", 4))).toBe("waits");
    expect(told(ResourceKind.ROUTER, "r1", ...routerAt5, reported(1, "router.r1", 5))).toBe("realised");
  });

  test("that its node failed at is answered with the node's words", () => {
    expect(told(ResourceKind.ROUTER, "r1", ...routerAt5, reported(1, "router.r1", 5, "no such device"))).toBe(
      "no such device",
    );
  });

  test("that no node can hold is answered at once with why", () => {
    const reason = "no node is registered";
    const unschedulable: sample.SampleEvent = {
      stream: "routerBinding-r1",
      event: { type: "RouterUnschedulable", data: { routerId: "r1", reason } },
    };
    expect(told(ResourceKind.ROUTER, "r1", sample.routerCreated("r1"), unschedulable)).toBe(reason);
  });

  test("that was deleted waits for its node to report that it is gone", () => {
    const deleted = [...routerAt5, reported(1, "router.r1", 5), sample.routerDeleted("r1")];
    expect(told(ResourceKind.ROUTER, "r1", ...deleted)).toBe("waits");
    expect(told(ResourceKind.ROUTER, "r1", ...deleted, reported(2, "router.r1", 7))).toBe("realised");
  });
});

test("a floating IP waits for its router's node, and for nobody when it stands for no port", () => {
  const created = [...routerAt5, sample.floatingIpCreated("f1", "203.0.113.9")];
  expect(told(ResourceKind.FLOATING_IP, "f1", ...created)).toBe("realised");
  const associated = [...created, sample.floatingIpAssociated("f1", "r1", "10.0.0.5")];
  expect(told(ResourceKind.FLOATING_IP, "f1", ...associated)).toBe("waits");
  const stands = [...associated, reported(1, "floatingip.f1", 7)];
  expect(told(ResourceKind.FLOATING_IP, "f1", ...stands)).toBe("realised");
  const apart = [...stands, sample.floatingIpDisassociated("f1", "r1")];
  expect(told(ResourceKind.FLOATING_IP, "f1", ...apart)).toBe("waits");
  expect(told(ResourceKind.FLOATING_IP, "f1", ...apart, reported(2, "floatingip.f1", 9))).toBe("realised");
});

test("an instance's port waits for its node, and one that is bound nowhere for nobody", () => {
  const created = [sample.networkCreated("n1"), sample.nodeRegistered("A"), sample.portCreated("p1", "n1", "10.0.0.5")];
  expect(told(ResourceKind.PORT, "p1", ...created)).toBe("realised");
  expect(told(ResourceKind.PORT, "p1", ...created, sample.portBound("p1", "A"))).toBe("waits");
  expect(told(ResourceKind.PORT, "p1", ...created, sample.portBound("p1", "Z"))).toBe("node Z is not registered");
});

test("a router's port is realised with its router", () => {
  const port = [sample.portCreated("rp", "n1", "10.0.0.1"), sample.portLent("rp", "r1")];
  expect(told(ResourceKind.PORT, "rp", ...routerAt5, ...port)).toBe("waits");
  expect(told(ResourceKind.PORT, "rp", ...routerAt5, ...port, reported(1, "router.r1", 5))).toBe("realised");
});

test("a network waits for every node that has something of it", () => {
  expect(told(ResourceKind.NETWORK, "n1", ...routerAt5)).toBe("waits");
  expect(told(ResourceKind.NETWORK, "n1", ...routerAt5, reported(1, "network.n1", 5))).toBe("realised");
  expect(told(ResourceKind.NETWORK, "n1", sample.networkCreated("n1"))).toBe("realised");
});
