import { jetstreamManager } from "@nats-io/jetstream";
import { desiredBucketName } from "@rhumbline/messaging";
import { witnessBus } from "../support/simulated-nodes/bus-witness.ts";
import { inFlight, type LargeWorld, startLargeWorld } from "../support/simulated-nodes/large-world.ts";
import { type SimulatedNodeState, simulatedNodeId } from "../support/simulated-nodes/simulated-node.ts";
import { type PortLog, projectId, writeLogOfPorts } from "./control-plane/log-of-ports.ts";
import { realised } from "./control-plane/realised.ts";
import { elapsedMs, type Row } from "./row.ts";

const deadlineMs = 900_000;
const lookEveryMs = 500;
const atOnce = 32;

/** The control plane with many simulated nodes: whom a change reaches, what a restart of all agents costs callers, and how
 *  long it takes until every kernel and the bucket have everything again. */
export async function manyNodes(): Promise<Row[]> {
  return [...(await changesAndRestart()), ...(await refillOfAll())];
}

/** 100 nodes, 2,000 routers, 20,000 ports. */
async function changesAndRestart(): Promise<Row[]> {
  const [nodes, routers] = [100, 2_000];
  const world = await worldOfPorts({ nodes, networks: routers, ports: 20_000, spread: 5 });
  try {
    await makeRouters(world, routers);
    await until(world, (states) => sum(states, "routers") === routers);
    await realised(world.nodes);
    return [await reached(world, nodes), await callsWhileRestarting(world)];
  } finally {
    await world.stop();
  }
}

/** A router to each network, with a gateway. */
async function makeRouters({ make, log }: PortWorld, routers: number): Promise<void> {
  const external = await make.externalNetwork("physnet1");
  await make.subnet(external.id, "203.0.0.0/16");
  await inFlight(atOnce, routers, async (index) => {
    const externalGateway = { networkId: external.id, enableSnat: undefined, addresses: [], portId: "" };
    const router = await make.router({ projectId, externalGateway });
    // Its subnet has the network's id.
    await make.interface(router.id, log.networkIds[index] ?? "");
  });
}

/** To how many nodes anything was written for one port more: those with ports of its network, and that of its router. */
async function reached(world: PortWorld, nodes: number): Promise<Row> {
  const { make, log, plane } = world;
  const [networkId = ""] = log.networkIds;
  const witness = await witnessBus(plane.nats);
  try {
    const written = await witness.nodesWrittenTo(async () => {
      const binding = { host: simulatedNodeId(1), device: "", move: undefined };
      await make.port(networkId, { projectId, securityGroupIds: [log.securityGroupId], binding });
      await realised(world.nodes);
    });
    const concerned = log.spread + 1;
    const name = `nodes that one port more is told to, of ${nodes}`;
    return { name, value: new Set(written).size, unit: "", target: concerned, floor: undefined };
  } finally {
    await witness.close();
  }
}

/** Calls while all agents start anew, against the same calls before. */
async function callsWhileRestarting({ nodes, make }: PortWorld): Promise<Row> {
  const calls = () => elapsedMs(() => inFlight(atOnce, 2_000, () => make.network()));
  const undisturbed = await calls();
  await nodes.stopAgents();
  const [disturbed] = await Promise.all([calls(), nodes.startAgents()]);
  const name = "2,000 networks made while 100 agents start anew";
  return { name, value: disturbed, unit: "ms", floor: undisturbed, target: 2 * undisturbed };
}

/** 10 nodes that share 20,000 ports, all powered off together and the bucket deleted. The floor is what the same agents
 *  take with a tenth of the ports, tenfold. */
async function refillOfAll(): Promise<Row[]> {
  const floor = 10 * (await refillMs(2_000));
  const value = await refillMs(20_000);
  return [{ name: "forwarding entries of 20,000 ports on 10 nodes again", value, unit: "ms", target: 30_000, floor }];
}

async function refillMs(ports: number): Promise<number> {
  const [nodes, networks] = [10, 4];
  const world = await worldOfPorts({ nodes, networks, ports, spread: nodes });
  const witness = await witnessBus(world.plane.nats);
  // Each node has its own ports, and an entry for each of the others.
  const entries = ports * (nodes - 1);
  const filled = () => until(world, (states) => sum(states, "forwardingEntries") === entries);
  try {
    await filled();
    await realised(world.nodes);
    await world.nodes.stopAgents();
    await world.nodes.powerOff();
    const { streams } = await jetstreamManager(witness.bus.nats());
    await streams.delete(`KV_${desiredBucketName}`);
    return await elapsedMs(async () => {
      await world.nodes.startAgents();
      await filled();
    });
  } finally {
    await witness.close();
    await world.stop();
  }
}

interface Size {
  readonly nodes: number;
  readonly networks: number;
  readonly ports: number;
  /** On how many nodes a network's ports lie. */
  readonly spread: number;
}

interface PortWorld extends LargeWorld {
  readonly log: PortLog & { readonly spread: number };
}

/** The log has the ports from the start, each bound to its node. */
async function worldOfPorts({ nodes, networks, ports, spread }: Size): Promise<PortWorld> {
  let log: PortLog | undefined;
  const hostOf = (port: number): string => {
    const place = (port % networks) * spread + (Math.floor(port / networks) % spread);
    return simulatedNodeId((place % nodes) + 1);
  };
  const world = await startLargeWorld(nodes, async (folder) => {
    log = await writeLogOfPorts(folder, ports, networks, { hostOf });
  });
  if (log === undefined) throw new Error("the log was not filled");
  return { ...world, log: { ...log, spread } };
}

async function until(world: LargeWorld, isSo: (states: readonly SimulatedNodeState[]) => boolean): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const states = await world.nodes.states();
    if (isSo(states)) return;
    if (performance.now() > deadline)
      throw new Error(`not reached within ${deadlineMs} ms; a node of it: ${JSON.stringify(states[0])}`);
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}

const sum = (states: readonly SimulatedNodeState[], figure: "routers" | "forwardingEntries"): number =>
  states.reduce((total, state) => total + state[figure], 0);
