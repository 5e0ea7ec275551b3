import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { canonicalLines, snapshotsIn } from "@rhumbline/event-sourcing";
import { describe, expect, test } from "vitest";
import * as sample from "../../../../test/scenarios/scheduler/sample-events.ts";
import { applySample, desiredLines, stateAfter } from "../../../../test/scenarios/scheduler/sample-state.ts";
import { emptyState, type SchedulerState } from "./state.ts";

const leg = { portId: "rp", networkId: "n1", subnetId: "s1", ipAddress: "10.0.0.1", cidr: "10.0.0.0/24" };
const outside = { portId: "gp", networkId: "ext", subnetId: "sx", ipAddress: "203.0.113.7" };

const networks = [
  sample.networkCreated("n1"),
  sample.networkCreated("ext", "physnet1", 1500),
  sample.subnetCreated("s1", "n1", "10.0.0.0/24", "10.0.0.1"),
  sample.subnetCreated("sx", "ext", "203.0.113.0/24", "203.0.113.1"),
];
const twoNodes = [sample.nodeRegistered("A"), sample.nodeRegistered("B")];
const router = [sample.routerCreated("r1"), sample.routerBound("r1", "A")];

describe("a node is to realise", () => {
  test("nothing before something is there", () => {
    expect(desiredLines(stateAfter(...twoNodes, ...networks), "A")).toEqual([]);
  });

  test("a router bound to it, with the networks of its legs", () => {
    const state = stateAfter(
      ...networks,
      ...twoNodes,
      ...router,
      sample.interfaceAdded("r1", leg),
      sample.gatewaySet("r1", outside),
    );
    expect(desiredLines(state, "A")).toEqual(["network.ext@10", "network.n1@9", "router.r1@10"]);
    expect(desiredLines(state, "B")).toEqual([]);
    expect(state.desired.get("A")?.entries.get("router.r1")?.resource).toEqual({
      $case: "router",
      value: {
        routerId: "r1",
        adminStateUp: true,
        gateway: {
          portId: "gp",
          networkId: "ext",
          macAddress: "mac-gp",
          addresses: ["203.0.113.7/24"],
          mtu: 1500,
          advertisedSubnets: [],
        },
        gatewayNextHops: ["203.0.113.1"],
        enableSnat: true,
        interfaces: [
          {
            portId: "rp",
            networkId: "n1",
            macAddress: "mac-rp",
            addresses: ["10.0.0.1/24"],
            mtu: 1450,
            advertisedSubnets: [],
          },
        ],
        routes: [],
        bindingEpoch: 1,
        standby: false,
      },
    });
  });

  test("an instance's port bound to it, and its network", () => {
    const state = stateAfter(
      ...networks,
      ...twoNodes,
      sample.portCreated("p1", "n1", "10.0.0.5"),
      sample.portBound("p1", "B"),
    );
    expect(desiredLines(state, "B")).toEqual(["network.n1@8", "port.p1@8"]);
  });

  test("what was said of it before it registered", () => {
    const port = [sample.portCreated("p1", "n1", "10.0.0.5"), sample.portBound("p1", "A")];
    const state = stateAfter(...networks, ...port, ...twoNodes);
    expect(desiredLines(state, "A")).toEqual(["network.n1@7", "port.p1@7"]);
  });

  test("a floating IP where its router is", () => {
    const state = stateAfter(
      ...networks,
      ...twoNodes,
      ...router,
      sample.gatewaySet("r1", outside),
      sample.floatingIpCreated("f1", "203.0.113.9"),
      sample.floatingIpAssociated("f1", "r1", "10.0.0.5"),
    );
    expect(desiredLines(state, "A")).toEqual(["floatingip.f1@11", "network.ext@9", "router.r1@9"]);
  });

  test("nothing for a router that joins nothing, before its first leg and after its last", () => {
    const bare = [...networks, ...twoNodes, ...router];
    expect(desiredLines(stateAfter(...bare), "A")).toEqual([]);
    const left = stateAfter(...bare, sample.interfaceAdded("r1", leg), sample.interfaceRemoved("r1", "rp", "s1"));
    expect(desiredLines(left, "A")).toEqual(["network.n1@10 gone", "router.r1@10 gone"]);
    const back = [sample.interfaceRemoved("r1", "rp", "s1"), sample.gatewaySet("r1", outside)];
    const again = stateAfter(...bare, sample.interfaceAdded("r1", leg), ...back);
    expect(desiredLines(again, "A")).toEqual(["network.ext@11", "network.n1@10 gone", "router.r1@11"]);
  });

  test("a router's port as part of the router, never as a port", () => {
    const state = stateAfter(
      ...networks,
      ...twoNodes,
      sample.portCreated("p1", "n1", "10.0.0.1"),
      sample.portBound("p1", "A"),
      sample.portLent("p1", "r1"),
    );
    expect(desiredLines(state, "A")).toEqual(["network.n1@9 gone", "port.p1@9 gone"]);
  });
});

describe("a value's position is that of the event that last changed it", () => {
  const bound = [...networks, ...twoNodes, ...router, sample.interfaceAdded("r1", leg)];

  test("an event that changes nothing of it leaves it", () => {
    const state = stateAfter(
      ...bound,
      sample.networkMtuChanged("ext", 1400),
      sample.subnetGatewayChanged("sx", "203.0.113.254"),
    );
    expect(desiredLines(state, "A")).toEqual(["network.n1@9", "router.r1@9"]);
    expect(state.desired.get("A")?.position).toBe(9);
  });

  test("a network's MTU changes the routers with a leg in it", () => {
    const state = stateAfter(...bound, sample.networkMtuChanged("n1", 1400));
    expect(desiredLines(state, "A")).toEqual(["network.n1@10", "router.r1@10"]);
  });

  test("a subnet's gateway changes the routers that leave through it", () => {
    const state = stateAfter(
      ...bound,
      sample.gatewaySet("r1", outside),
      sample.subnetGatewayChanged("sx", "203.0.113.254"),
    );
    expect(desiredLines(state, "A")).toEqual(["network.ext@10", "network.n1@9", "router.r1@11"]);
  });

  test("it carries what led to that event", () => {
    const entry = stateAfter(...bound)
      .desired.get("A")
      ?.entries.get("router.r1");
    expect(entry?.causation).toMatchObject({ eventId: "event-9", correlationId: "correlation-9", actor: "admin" });
  });
});

describe("a router on the move", () => {
  const floatingIp = [
    sample.floatingIpCreated("f1", "203.0.113.9"),
    sample.floatingIpAssociated("f1", "r1", "10.0.0.5"),
  ];
  const started = [
    ...networks,
    ...twoNodes,
    ...router,
    sample.interfaceAdded("r1", leg),
    ...floatingIp,
    sample.moveStarted("r1", "A", "B"),
  ];
  /** "A open, B closed": where it stands, and how. */
  const doors = (state: SchedulerState): string =>
    ["A", "B"]
      .flatMap((nodeId) => {
        const resource = state.desired.get(nodeId)?.entries.get("router.r1")?.resource;
        return resource?.$case === "router" ? [`${nodeId} ${resource.value.standby ? "closed" : "open"}`] : [];
      })
      .join(", ");

  test("stands on both nodes with its networks and floating IPs, closed on the new one", () => {
    const state = stateAfter(...started);
    expect(doors(state)).toBe("A open, B closed");
    expect(desiredLines(state, "A")).toEqual(["floatingip.f1@11", "network.n1@12", "router.r1@9"]);
    expect(desiredLines(state, "B")).toEqual(["floatingip.f1@12", "network.n1@12", "router.r1@12"]);
  });

  test("is closed on both before the new one opens, and gone from the old one then", () => {
    const closing = [...started, sample.movePrepared("r1", "B")];
    expect(doors(stateAfter(...closing))).toBe("A closed, B closed");
    const arrived = stateAfter(...closing, sample.routerBound("r1", "B", 2));
    expect(doors(arrived)).toBe("B open");
    expect(desiredLines(arrived, "B")).toEqual(["floatingip.f1@14", "network.n1@14", "router.r1@14"]);
  });

  test("opens where it was when the move is given up", () => {
    const state = stateAfter(...started, sample.movePrepared("r1", "B"), sample.moveAborted("r1", "B"));
    expect(doors(state)).toBe("A open");
    expect(desiredLines(state, "B")).toEqual(["floatingip.f1@14 gone", "network.n1@14 gone", "router.r1@14 gone"]);
  });
});

test("a port that is bound elsewhere moves at once: a third node's entry is never gone", () => {
  const others = [sample.portCreated("p2", "n1", "10.0.0.6"), sample.portBound("p2", "C")];
  const port = [sample.portCreated("p1", "n1", "10.0.0.5"), sample.portBound("p1", "A")];
  const state = stateAfter(...networks, ...twoNodes, sample.nodeRegistered("C"), ...others, ...port);
  const tunnel = (nodeId: string): string | undefined => {
    const resource = state.desired.get(nodeId)?.entries.get("forwarding.p1")?.resource;
    return resource?.$case === "forwarding" ? resource.value.tunnelIp : resource?.$case;
  };
  expect([tunnel("B"), tunnel("C")]).toEqual([undefined, "tunnel-A"]);
  applySample(state, sample.portBound("p1", "B"), 12);
  expect([tunnel("B"), tunnel("C")]).toEqual([undefined, "tunnel-B"]);
  expect(desiredLines(state, "C")).toContain("forwarding.p1@12");
  expect(desiredLines(state, "B")).toEqual(["forwarding.p2@12", "network.n1@12", "port.p1@12"]);
  expect(desiredLines(state, "A")).toContain("port.p1@12 gone");
});

describe("a port on the move", () => {
  const moving = [
    ...networks,
    ...twoNodes,
    sample.nodeRegistered("C"),
    sample.portCreated("p2", "n1", "10.0.0.6"),
    sample.portBound("p2", "C"),
    sample.portCreated("p3", "n1", "10.0.0.7"),
    sample.portBound("p3", "A"),
    sample.portCreated("p1", "n1", "10.0.0.5"),
    sample.portBound("p1", "A", "tap7"),
    sample.portMoveStarted("p1", "A", "B", "tap8"),
  ];
  /** "tap7 active, to B": how a node has the port, and where it sends its frames. */
  const told = (state: SchedulerState, nodeId: string): string => {
    const entries = state.desired.get(nodeId)?.entries;
    const [port, forwarding] = [entries?.get("port.p1")?.resource, entries?.get("forwarding.p1")?.resource];
    return [
      ...(port?.$case === "port" ? [`${port.value.device} ${port.value.standby ? "standby" : "active"}`] : []),
      ...(forwarding?.$case === "forwarding" ? [`to ${forwarding.value.tunnelIp.slice("tunnel-".length)}`] : []),
    ].join(", ");
  };
  const toldAll = (state: SchedulerState): string[] => ["A", "B", "C"].map((nodeId) => told(state, nodeId));

  test("is on standby on the node that it goes to, which has all of the network already", () => {
    const state = stateAfter(...moving);
    expect(toldAll(state)).toEqual(["tap7 active", "tap8 standby, to A", "to A"]);
    const others = ["forwarding.p2@14", "forwarding.p3@14", "network.n1@14"];
    expect(desiredLines(state, "B")).toEqual(["forwarding.p1@14", ...others, "port.p1@14"]);
    expect(desiredLines(state, "A")).toContain("port.p1@13");
  });

  test("arrives with one event, which changes nothing but its own keys", () => {
    const state = stateAfter(...moving, sample.portBound("p1", "B", "tap8"));
    expect(toldAll(state)).toEqual(["to B", "tap8 active", "to B"]);
    const others = ["forwarding.p2@14", "forwarding.p3@14", "network.n1@14"];
    expect(desiredLines(state, "B")).toEqual(["forwarding.p1@15 gone", ...others, "port.p1@15"]);
    expect(desiredLines(state, "C").filter((line) => line.endsWith("@15"))).toEqual(["forwarding.p1@15"]);
  });

  test("stays where it is when the move is aborted, and leaves nothing where it was to go", () => {
    const state = stateAfter(...moving, sample.portMoveAborted("p1", "B"));
    expect(toldAll(state)).toEqual(["tap7 active", "", "to A"]);
    expect(desiredLines(state, "B").every((line) => line.endsWith("gone"))).toBe(true);
  });
});

describe("what is no longer wanted", () => {
  const moved = [
    ...networks,
    ...twoNodes,
    ...router,
    sample.interfaceAdded("r1", leg),
    sample.routerUnbound("r1", "A"),
    sample.routerBound("r1", "B", 2),
  ];
  const report = (position: number, error = "") =>
    sample.changesApplied("A", 1, 11, [
      { key: "router.r1", position, error },
      { key: "network.n1", position },
    ]);

  test("is gone where it was, and stands where it is now", () => {
    const state = stateAfter(...moved);
    expect(desiredLines(state, "A")).toEqual(["network.n1@10 gone", "router.r1@10 gone"]);
    expect(desiredLines(state, "B")).toEqual(["network.n1@11", "router.r1@11"]);
  });

  test("is forgotten when the node reported its removal", () => {
    const state = stateAfter(...moved, report(10));
    expect(desiredLines(state, "A")).toEqual([]);
    expect(state.desired.get("A")?.position).toBe(10);
    expect(state.realised.get("A")?.outcomes.size).toBe(0);
  });

  test("is remembered after a report of something older, or of a failure", () => {
    expect(desiredLines(stateAfter(...moved, report(9)), "A")).toHaveLength(2);
    expect(desiredLines(stateAfter(...moved, report(10, "device busy")), "A")).toEqual(["router.r1@10 gone"]);
  });

  test("stands again when it is wanted again", () => {
    const state = stateAfter(...moved, sample.routerUnbound("r1", "B", 2), sample.routerBound("r1", "A", 3));
    expect(desiredLines(state, "A")).toEqual(["network.n1@13", "router.r1@13"]);
  });

  test("is gone with its node", () => {
    const state = stateAfter(...moved, report(9), sample.nodeDeleted("A"));
    expect(state.desired.has("A")).toBe(false);
    expect(state.realised.get("A")).toMatchObject({ lastSeq: 1 });
  });
});

test("a snapshot of the state goes on as the state itself does", async () => {
  const report = sample.changesApplied("A", 1, 9, [{ key: "network.n1", position: 9 }]);
  const state = stateAfter(...networks, ...twoNodes, ...router, sample.interfaceAdded("r1", leg), report);
  const folder = await mkdtemp(join(tmpdir(), "rhumbline-snapshot-"));
  const snapshots = snapshotsIn(folder, "build", emptyState);
  const lastEvent = { id: "e", stream: "realised-A", revision: 0, position: 10 };
  const image = { state, lastEvent, timeMs: 0, revisions: new Map(), writers: new Map(), requests: new Map() };
  await snapshots.save("log", image);
  const loaded = (await snapshots.load("log"))?.state ?? emptyState();
  await rm(folder, { recursive: true });
  expect(canonicalLines(loaded)).toEqual(canonicalLines(state));
  for (const each of [loaded, state]) applySample(each, sample.routerUnbound("r1", "A"), 11);
  expect(desiredLines(loaded, "A")).toEqual(["network.n1@11 gone", "router.r1@11 gone"]);
  expect(canonicalLines(loaded)).toEqual(canonicalLines(state));
});
