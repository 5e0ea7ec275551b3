import { canonicalText } from "@rhumbline/event-sourcing";
import fc from "fast-check";
import { expect, test } from "vitest";
import * as sample from "../../../../test/scenarios/scheduler/sample-events.ts";
import { applySample } from "../../../../test/scenarios/scheduler/sample-state.ts";
import { nodesOfRouter } from "../compile/nodes-of-router.ts";
import type { ResourceKey } from "../compile/resource-key.ts";
import { isGone } from "../compile/state.ts";
import { wantedAt } from "../compile/wanted.ts";
import { isInstancePort, networksOf } from "../logical-network/state.ts";
import { emptyState, type SchedulerState } from "./state.ts";

const oneOf = (...ids: string[]) => fc.constantFrom(...ids);
const nodeId = oneOf("A", "B", "C");
const networkId = oneOf("n1", "n2", "ext");
/** A subnet never changes its network, and an address lies in a subnet of its leg's network: ipam and topology see to it. */
const networkBySubnet = { s1: "n1", s2: "n2", sx: "ext" } as const;
const subnetId = fc.constantFrom("s1", "s2", "sx");
const routerId = oneOf("r1", "r2");
const portId = oneOf("p1", "p2", "p3");
/** Ports of routers, made like any other. */
const legId = oneOf("l1", "l2");
const floatingIpId = oneOf("f1", "f2");
const mtu = oneOf("1400", "1450").map(Number);
const leg = fc
  .record({ portId: oneOf("l1", "l2"), subnetId, ipAddress: oneOf("10.0.0.1", "10.0.0.2") })
  .map((each) => ({ ...each, networkId: networkBySubnet[each.subnetId] }));
const epoch = fc.integer({ min: 1, max: 3 });

/** Any event at any time: services keep an order among them, the fold does not rely on it. */
const anyEvent: fc.Arbitrary<sample.SampleEvent> = fc.oneof(
  fc.tuple(nodeId, oneOf("", "t1", "t2")).map(([id, tunnelIp]) => sample.nodeRegistered(id, { tunnelIp })),
  nodeId.map(sample.nodeDeleted),
  fc.tuple(networkId, oneOf("", "physnet1"), mtu).map((args) => sample.networkCreated(...args)),
  fc.tuple(networkId, mtu).map((args) => sample.networkMtuChanged(...args)),
  networkId.map(sample.networkDeleted),
  fc
    .tuple(subnetId, oneOf("10.0.0.0/24", "10.0.0.0/16"))
    .map(([id, cidr]) => sample.subnetCreated(id, networkBySubnet[id], cidr, "10.0.0.254")),
  subnetId.map((id) => sample.subnetGatewayChanged(id, "10.0.0.253")),
  fc.tuple(portId, networkId, oneOf("10.0.0.5", "10.0.0.6")).map((args) => sample.portCreated(...args)),
  fc.tuple(legId, networkId, oneOf("10.0.0.1", "10.0.0.2")).map((args) => sample.portCreated(...args)),
  fc.tuple(portId, nodeId).map((args) => sample.portBound(...args)),
  fc.tuple(portId, nodeId).map((args) => sample.portUnbound(...args)),
  fc.tuple(fc.oneof(portId, legId), routerId).map((args) => sample.portLent(...args)),
  fc.tuple(portId, networkId).map((args) => sample.portDeleted(...args)),
  routerId.map(sample.routerCreated),
  routerId.map(sample.routerAdminDown),
  fc.tuple(routerId, leg).map(([id, l]) => sample.interfaceAdded(id, { ...l, cidr: "10.0.0.0/24" })),
  fc.tuple(routerId, oneOf("l1", "l2"), subnetId).map((args) => sample.interfaceRemoved(...args)),
  fc.tuple(routerId, leg).map((args) => sample.gatewaySet(...args)),
  fc.tuple(routerId, networkId, oneOf("l1")).map((args) => sample.gatewayCleared(...args)),
  routerId.map(sample.routerDeleted),
  fc.tuple(routerId, nodeId, epoch).map((args) => sample.routerBound(...args)),
  fc.tuple(routerId, nodeId, epoch).map((args) => sample.routerUnbound(...args)),
  fc.tuple(routerId, nodeId, nodeId).map((args) => sample.moveStarted(...args)),
  fc.tuple(routerId, nodeId).map((args) => sample.movePrepared(...args)),
  fc.tuple(routerId, nodeId).map((args) => sample.moveAborted(...args)),
  floatingIpId.map((id) => sample.floatingIpCreated(id, "203.0.113.9")),
  fc.tuple(floatingIpId, routerId, oneOf("10.0.0.5", "10.0.0.6")).map((args) => sample.floatingIpAssociated(...args)),
  fc.tuple(floatingIpId, routerId).map((args) => sample.floatingIpDisassociated(...args)),
  floatingIpId.map(sample.floatingIpDeleted),
);

test("what was compiled event by event is what compiling it whole gives", () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 80, size: "max" }), (events) => {
      const state = emptyState();
      for (const [i, event] of events.entries()) applySample(state, event, i + 1);
      expect(compiledSoFar(state)).toEqual(compiledWhole(state));
    }),
    { numRuns: 300 },
  );
}, 120_000);

test("a value's position is that of the first event since which it is what it is", () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 60, size: "max" }), (events) => {
      const state = emptyState();
      let before = new Map<string, string>();
      const changedAt = new Map<string, number>();
      for (const [i, event] of events.entries()) {
        applySample(state, event, i + 1);
        const now = compiledWhole(state);
        for (const [key, value] of now) if (before.get(key) !== value) changedAt.set(key, i + 1);
        for (const key of before.keys()) if (!now.has(key)) changedAt.delete(key);
        before = now;
      }
      expect(positionsSoFar(state)).toEqual(changedAt);
    }),
    { numRuns: 200 },
  );
}, 120_000);

function compiledSoFar(state: SchedulerState): Map<string, string> {
  return new Map(
    [...state.desired].flatMap(([id, { entries }]) =>
      [...entries.entries()]
        .filter(([, entry]) => !isGone(entry))
        .map(([key, { resource }]) => [`${id}.${key}`, canonicalText(resource)] as const),
    ),
  );
}

function positionsSoFar(state: SchedulerState): Map<string, number> {
  return new Map(
    [...state.desired].flatMap(([id, { entries }]) =>
      [...entries.entries()]
        .filter(([, entry]) => !isGone(entry))
        .map(([key, { position }]) => [`${id}.${key}`, position] as const),
    ),
  );
}

/** Every resource asked for at every registered node, with nothing but the state's primary facts to go by. */
function compiledWhole(present: SchedulerState): Map<string, string> {
  const state = { ...present, usersByNetwork: usersCounted(present) };
  const keys: ResourceKey[] = [
    ...[...state.networks.keys()].map((id) => `network.${id}` as const),
    ...[...state.ports.keys()].map((id) => `port.${id}` as const),
    ...[...state.routers.keys()].map((id) => `router.${id}` as const),
    ...[...state.floatingIps.keys()].map((id) => `floatingip.${id}` as const),
    ...[...state.ports.keys()].map((id) => `forwarding.${id}` as const),
    ...[...state.nodes.keys()].map((id) => `peer.${id}` as const),
  ];
  return new Map(
    [...state.nodes.keys()].flatMap((id) =>
      keys.flatMap((key) => {
        const wanted = wantedAt(state, { nodeId: id, key });
        return wanted === undefined ? [] : [[`${id}.${key}`, canonicalText(wanted)] as const];
      }),
    ),
  );
}

/** Whether anything of the network is on the node, looked up instead of counted along. */
function usersCounted({ nodes, ports, routers, bindings }: SchedulerState): SchedulerState["usersByNetwork"] {
  const has = (network: string, node: string): boolean =>
    [...ports.values()].some((p) => p.networkId === network && p.nodeId === node && isInstancePort(p)) ||
    [...routers].some(([id, r]) => nodesOfRouter({ bindings }, id).includes(node) && networksOf(r).includes(network));
  const lookup = {
    get: (network: string) => ({
      has: (node: string) => has(network, node),
      entries: () => [...nodes.keys()].filter((node) => has(network, node)).map((node) => [node, 1] as const),
    }),
  };
  return lookup as unknown as SchedulerState["usersByNetwork"];
}
