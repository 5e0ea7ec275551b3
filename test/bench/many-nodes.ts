import { jetstreamManager } from "@nats-io/jetstream";
import { desiredBucketName } from "@rhumbline/messaging";
import type { Network } from "@rhumbline/proto/rhumbline/topology/v1/network";
import { witnessBus } from "../support/simulated-nodes/bus-witness.ts";
import { inFlight, type LargeWorld, startLargeWorld } from "../support/simulated-nodes/large-world.ts";
import type { SimulatedNodeState } from "../support/simulated-nodes/simulated-node.ts";
import { elapsedMs, type Row } from "./row.ts";

const deadlineMs = 300_000;

/** The control plane with many simulated nodes: what a restart of all agents costs callers, and how long it takes until
 *  every kernel and the bucket have everything again. */
export async function manyNodes(): Promise<Row[]> {
  return [...(await restartOfAll()), ...(await refillOfAll())];
}

/** 100 nodes, 2,000 routers, 20,000 ports: calls while all agents start anew, against the same calls before. */
async function restartOfAll(): Promise<Row[]> {
  const world = await populated({ nodes: 100, routers: 2_000, ports: 20_000, spread: 5 });
  try {
    const calls = () => elapsedMs(() => inFlight(32, 2_000, () => world.make.network()));
    const undisturbed = await calls();
    await world.nodes.stopAgents();
    const [disturbed] = await Promise.all([calls(), world.nodes.startAgents()]);
    return [
      {
        name: "2,000 networks made while 100 agents start anew",
        ...{ value: disturbed, unit: "ms", floor: undisturbed, target: 2 * undisturbed },
      },
    ];
  } finally {
    await world.stop();
  }
}

/** 10 nodes that share 20,000 ports, all powered off together and the bucket deleted. The floor is what the same agents
 *  take with everything in the bucket and a tenth of the ports, tenfold. */
async function refillOfAll(): Promise<Row[]> {
  const floor = 10 * (await refillMs(2_000));
  const value = await refillMs(20_000);
  return [{ name: "forwarding entries of 20,000 ports on 10 nodes again", value, unit: "ms", target: 30_000, floor }];
}

async function refillMs(ports: number): Promise<number> {
  const world = await populated({ nodes: 10, routers: 4, ports, spread: 10 });
  const witness = await witnessBus(world.plane.nats);
  try {
    const before = entries(await world.nodes.states());
    await world.nodes.stopAgents();
    await world.nodes.powerOff();
    const { streams } = await jetstreamManager(witness.bus.nats());
    await streams.delete(`KV_${desiredBucketName}`);
    return await elapsedMs(async () => {
      await world.nodes.startAgents();
      await until(world, (states) => entries(states) === before);
    });
  } finally {
    await witness.close();
    await world.stop();
  }
}

interface Size {
  readonly nodes: number;
  readonly routers: number;
  readonly ports: number;
  /** On how many nodes a network's ports lie. */
  readonly spread: number;
}

/** A router to each network, a project for every ten. */
async function populated({ nodes, routers, ports, spread }: Size): Promise<LargeWorld> {
  const world = await startLargeWorld(nodes);
  const nodeIds = (await world.nodes.states()).map(({ nodeId }) => nodeId);
  const external = await world.make.externalNetwork("physnet1");
  await world.make.subnet(external.id, "203.0.0.0/16");
  const networks: Network[] = [];
  await inFlight(32, routers, async (index) => {
    networks[index] = (await world.makeRouted(external.id, `project-${Math.floor(index / 10)}`)).network;
  });
  await inFlight(32, ports, (index) => {
    const number = index % routers;
    const { id = "", projectId = "" } = networks[number] ?? {};
    const place = number * spread + (Math.floor(index / routers) % spread);
    return world.make.port(id, {
      projectId,
      binding: { host: nodeIds[place % nodes] ?? "", device: "", move: undefined },
    });
  });
  await until(world, quiet());
  return world;
}

/** True once nothing moved between two looks. */
function quiet(): (states: readonly SimulatedNodeState[]) => boolean {
  let last = "";
  return (states) => {
    const now = JSON.stringify(states);
    const same = now === last;
    last = now;
    return same;
  };
}

async function until(world: LargeWorld, reached: (states: readonly SimulatedNodeState[]) => boolean): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  while (!reached(await world.nodes.states())) {
    if (performance.now() > deadline) throw new Error(`not reached within ${deadlineMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const entries = (states: readonly SimulatedNodeState[]): number =>
  states.reduce((total, { forwardingEntries }) => total + forwardingEntries, 0);
