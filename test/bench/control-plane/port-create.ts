import { inFlight, type LargeWorld, startLargeWorld } from "../../support/simulated-nodes/large-world.ts";
import { elapsedMs, type Row } from "../row.ts";
import { echoRate, perSecond } from "./echo.ts";
import { type PortLog, projectId, writeLogOfPorts } from "./log-of-ports.ts";
import { processorMs } from "./processor-time.ts";
import { relayed } from "./relayed.ts";

const sizes = [1, 100, 10_000, 100_000];
const atOnce = 32;
/** On which the ports are made, each in turn. */
const networks = 10;
const nodes = 3;
const warmUp = 1_000;
const measured = 3_000;
const alone = 300;

const targetRate = 800;
/** Two cores, 800 a second. */
const targetProcessorUs = 2_500;
const targetAloneMs = 5;
/** How many times fewer they may be among a hundred thousand. */
const mayShrink = 1.2;

interface Cost {
  readonly rate: number;
  /** Of the control plane's processes, and of the agents of all nodes. */
  readonly processorUs: number;
  readonly agentsUs: number;
  readonly aloneMs: number;
}

/** What it costs to create a port with everything on: a security group, an address from ipam, a binding to a node whose
 *  agent realises it, and the relay. By how many ports there are before. */
export async function portCreate(): Promise<Row[]> {
  const floor = await echoRate(atOnce, { sent: 150, answered: 400 });
  const rows: Row[] = [];
  const rates: number[] = [];
  for (const size of sizes) {
    const cost = await costAt(size);
    rates.push(cost.rate);
    rows.push(...rowsOf(size, cost, floor));
  }
  const [first = 0, last = 0] = [rates[0], rates.at(-1)];
  const against = { value: last, unit: "/s", better: "more", target: first / mayShrink, floor: first } as const;
  return [...rows, { name: "ports created among the most, against among the fewest", ...against }];
}

function rowsOf(size: number, { rate, processorUs, agentsUs, aloneMs }: Cost, floor: number): Row[] {
  const created = { value: rate, unit: "/s", better: "more", target: targetRate, floor } as const;
  const time = { size, unit: "µs", floor: undefined };
  return [
    { name: `ports created, ${atOnce} in flight`, size, ...created },
    { name: "processor time of the control plane for a port", ...time, value: processorUs, target: targetProcessorUs },
    { name: `processor time of ${nodes} agents for a port`, ...time, value: agentsUs, target: undefined },
    { name: "port created alone, median", ...time, unit: "ms", value: aloneMs, target: targetAloneMs },
  ];
}

async function costAt(ports: number): Promise<Cost> {
  let filled: PortLog | undefined;
  const world = await startLargeWorld(nodes, async (folder) => {
    filled = await writeLogOfPorts(folder, ports, Math.max(networks, Math.ceil(ports / 1_000)));
  });
  try {
    await relayed(world.plane);
    const nodeIds = (await world.nodes.states()).map(({ nodeId }) => nodeId);
    const make = (index: number) => makePort(world, filled, nodeIds, index);
    await inFlight(atOnce, warmUp, make);
    const spent = () => ({ plane: processorMs(world.plane.pids), agents: processorMs([world.nodes.pid]) });
    const before = spent();
    const ms = await elapsedMs(() => inFlight(atOnce, measured, make));
    await relayed(world.plane);
    const after = spent();
    const each = (totalMs: number): number => (totalMs * 1_000) / measured;
    return {
      rate: perSecond(measured, ms),
      processorUs: each(after.plane - before.plane),
      agentsUs: each(after.agents - before.agents),
      aloneMs: await medianMs(alone, make),
    };
  } finally {
    await world.stop();
  }
}

function makePort({ make }: LargeWorld, log: PortLog | undefined, nodeIds: readonly string[], index: number) {
  const { networkIds = [], securityGroupId = "" } = log ?? {};
  return make.port(networkIds[index % networks] ?? "", {
    ...{ projectId, name: `made ${index}`, securityGroupIds: [securityGroupId] },
    binding: { host: nodeIds[index % nodeIds.length] ?? "", device: "", move: undefined },
  });
}

async function medianMs(count: number, work: (index: number) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) times.push(await elapsedMs(() => work(index)));
  return times.toSorted((a, b) => a - b)[count >> 1] ?? 0;
}
