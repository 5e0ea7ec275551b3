import { setTimeout as pause } from "node:timers/promises";
import { jetstreamManager } from "@nats-io/jetstream";
import { desiredBucketName } from "@rhumbline/messaging";
import type { Port } from "@rhumbline/proto/rhumbline/topology/v1/port";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { type BusWitness, witnessBus } from "../../support/simulated-nodes/bus-witness.ts";
import { inFlight, type LargeWorld, startLargeWorld } from "../../support/simulated-nodes/large-world.ts";
import type { SimulatedNodeState } from "../../support/simulated-nodes/simulated-node.ts";

// A tenth of what `make bench` measures.
const nodeCount = 10;
const routerCount = 200;
const portCount = 2_000;
/** All ports lie on these; the other networks have their router alone. */
const populated = 4;
const stream = `KV_${desiredBucketName}`;

describe("many nodes, routers and ports", { timeout: 600_000 }, () => {
  let world: LargeWorld;
  let witness: BusWitness;
  let nodeIds: string[];
  const networkIds: string[] = [];
  const routerIds: string[] = [];

  beforeAll(async () => {
    world = await startLargeWorld(nodeCount);
    witness = await witnessBus(world.plane.nats);
    nodeIds = (await world.nodes.states()).map(({ nodeId }) => nodeId);
    const external = await world.make.externalNetwork("physnet1");
    await world.make.subnet(external.id, "203.0.0.0/16");
    await inFlight(32, routerCount, async (index) => {
      const { network, router } = await world.makeRouted(external.id);
      networkIds[index] = network.id;
      routerIds[index] = router.id;
    });
    await inFlight(32, portCount, (index) => makePort(index % populated, index % nodeCount));
    await eventually(async () => expect(sum(await world.nodes.states(), "routers")).toBe(routerCount));
    await settled();
  }, 600_000);
  afterAll(async () => {
    await witness?.close();
    await world?.stop();
  });

  test("routers are spread evenly, and every node knows where the ports of the others are", async () => {
    const states = await world.nodes.states();
    for (const { routers } of states) expect(Math.abs(routers - routerCount / nodeCount)).toBeLessThanOrEqual(1);
    // Of each network 500 ports, a fifth of them on each of five nodes: a fourth for each of those to reach elsewhere.
    expect(sum(states, "forwardingEntries")).toBeGreaterThanOrEqual(populated * 5 * 400);
    expect(sum(states, "failed")).toBe(0);
  });

  test("a change reaches the nodes concerned and no other", async () => {
    const { nodeId: owner } = await world.bindingOf(routerIds[populated] ?? "");
    const ofNoGroup = { portSecurityDisabled: true };
    const written = await witness.nodesWrittenTo(async () => {
      await makePort(populated, 3, ofNoGroup);
      await settled();
    });
    expect(new Set(written)).toEqual(new Set([nodeIds[3], owner]));
  });

  test("whom a group's members must let in is one key for each of their nodes", async () => {
    const written = await witness.nodesWrittenTo(async () => {
      await makePort(populated, 3);
      await settled();
    }, "groupmember");
    expect(written.sort()).toEqual([...nodeIds].sort());
  });

  test("while nothing changes, nodes send their heartbeats and nothing else", async () => {
    const subjects = await witness.during(() => pause(3_000));
    const ofNodes = subjects.filter((subject) => nodeIds.some((id) => subject.includes(id)));
    expect(ofNodes.length).toBeGreaterThan(nodeCount);
    expect(new Set(ofNodes.map((subject) => subject.split(".").at(-1)))).toEqual(new Set(["heartbeat"]));
  });

  test("all agents started anew at once write nothing, and calls are answered meanwhile", async () => {
    await world.nodes.stopAgents();
    const calls = inFlight(8, 100, () => world.make.network());
    await world.nodes.startAgents();
    await calls;
    await eventually(async () => {
      for (const { position } of await world.nodes.states()) expect(position).toBeGreaterThan(0);
    });
    await settled();
    expect(sum(await world.nodes.states(), "operations")).toBe(0);
  });

  test("kernels and bucket lost together are filled again", async () => {
    const before = shapeOf(await world.nodes.states());
    const { streams } = await jetstreamManager(witness.bus.nats());
    const keyCount = async () => (await streams.info(stream)).state.messages;
    const keysBefore = await keyCount();
    await world.nodes.stopAgents();
    await world.nodes.powerOff();
    await streams.delete(stream);
    await world.nodes.startAgents();
    await eventually(async () => expect(shapeOf(await world.nodes.states())).toEqual(before));
    await eventually(async () => expect(await keyCount()).toBe(keysBefore));
  });

  const makePort = (network: number, node: number, fields: Partial<Port> = {}) =>
    world.make.port(networkIds[network] ?? "", {
      binding: { host: nodeIds[node] ?? "", device: "", move: undefined },
      ...fields,
    });

  /** Until two looks a second apart find the same, and all of it is told. */
  async function settled(): Promise<void> {
    let before: unknown;
    await eventually(async () => {
      const now = (await world.nodes.states()).map(({ position, operations, unsent }) => ({
        position,
        operations,
        unsent,
      }));
      const last = before;
      before = now;
      await pause(1_000);
      expect(now).toEqual(last);
      for (const { unsent } of now) expect(unsent).toBe(0);
    });
  }
});

function sum(states: readonly SimulatedNodeState[], what: "routers" | "forwardingEntries" | "operations" | "failed") {
  return states.reduce((total, state) => total + state[what], 0);
}

const shapeOf = (states: readonly SimulatedNodeState[]) =>
  states.map(({ name, routers, forwardingEntries, failed }) => ({ name, routers, forwardingEntries, failed }));
