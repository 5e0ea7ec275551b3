import { constants, setPriority } from "node:os";
import { type LargeWorld, startLargeWorld } from "../../support/simulated-nodes/large-world.ts";
import { elapsedMs, type Row } from "../row.ts";
import { echoRate } from "./echo.ts";
import { during, medianMs } from "./load.ts";
import { type PortLog, projectId, writeLogOfPorts } from "./log-of-ports.ts";
import { processorMs } from "./processor-time.ts";
import { realised } from "./realised.ts";
import { relayed } from "./relayed.ts";

const sizes = [1, 10_000, 100_000];
const atOnce = 32;
/** On which the ports are made, each in turn. */
const networks = 10;
const nodes = 3;
/** A service that just started runs code that is compiled while it runs: what is measured has been running. */
const warmUpMs = 12_000;
const measuredMs = 10_000;
const aloneMs = 3_000;
/** Since when the ports stand that were there before: longer than the bus keeps an event, so that nothing is told of them. */
const ageMs = 30 * 86_400_000;

const targetRate = 800;
/** Two cores, 800 a second. */
const targetProcessorUs = 2_500;
const targetAloneMs = 5;
/** How many times fewer they may be among a hundred thousand. */
const mayShrink = 1.2;

interface Cost {
  /** Ports a second. */
  readonly rate: number;
  /** Processor time for a port, of each process by its name; the agents of all nodes are one. */
  readonly processorUs: ReadonlyMap<string, number>;
  readonly aloneMs: number;
}

/** What it costs to create a port with everything on: a security group, an address from ipam, a binding to a node whose
 *  agent realises it, and the relay. By how many ports there are before.
 *  The control plane, who calls it, and the nodes' agents share one machine's processors. Nodes have their own: here their
 *  agents get what the others leave, and what they cost is waited for and told apart. */
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

function rowsOf(size: number, { rate, processorUs, aloneMs: value }: Cost, floor: number): Row[] {
  const created = { value: rate, unit: "/s", better: "more", target: targetRate, floor } as const;
  const time = { size, unit: "µs", floor: undefined };
  const outside = ["agents", "caller"];
  const plane = [...processorUs].filter(([name]) => !outside.includes(name));
  const whole = plane.reduce((total, [, each]) => total + each, 0);
  return [
    { name: `ports created, ${atOnce} in flight`, size, ...created },
    { name: "processor time of the control plane for a port", ...time, value: whole, target: targetProcessorUs },
    ...[...processorUs].map(([name, each]) => ({
      name: `processor time for a port: ${name}`,
      ...{ ...time, value: each, target: undefined },
    })),
    { name: "port created alone, median", ...time, unit: "ms", value, target: targetAloneMs },
  ];
}

async function costAt(ports: number): Promise<Cost> {
  let filled: PortLog | undefined;
  const world = await startLargeWorld(nodes, async (folder) => {
    const networksOfAll = Math.max(networks, Math.ceil(ports / 1_000));
    filled = await writeLogOfPorts(folder, ports, networksOfAll, { timeMs: Date.now() - ageMs });
  });
  try {
    for (const pid of world.nodes.pids) setPriority(pid, constants.priority.PRIORITY_LOW);
    await allDone(world);
    const nodeIds = (await world.nodes.states()).map(({ nodeId }) => nodeId);
    let made = 0;
    const make = () => makePort(world, filled, nodeIds, made++);
    await during(warmUpMs, atOnce, make);
    await allDone(world);
    const before = spent(world);
    let created = 0;
    const ms = await elapsedMs(async () => {
      created = await during(measuredMs, atOnce, make);
    });
    await allDone(world);
    const after = spent(world);
    const processorUs = [...after].map(
      ([name, at]) => [name, ((at - (before.get(name) ?? 0)) * 1_000) / created] as const,
    );
    return {
      rate: (created * 1_000) / ms,
      processorUs: new Map(processorUs),
      aloneMs: await medianMs(aloneMs, make),
    };
  } finally {
    await world.stop();
  }
}

/** What was begun is on the nodes, and the bus has been told of it. */
async function allDone({ nodes: simulated, plane }: LargeWorld): Promise<void> {
  await realised(simulated);
  await relayed(plane);
}

/** Milliseconds of processor time that each has had since its start. */
function spent({ plane, nodes: { pids } }: LargeWorld): Map<string, number> {
  const { user, system } = process.cpuUsage();
  const processes = [...plane.pidByName].map(([name, pid]) => [name, [pid]] as const);
  return new Map([
    ...processes.map(([name, each]) => [name, processorMs(each)] as const),
    ["agents", processorMs(pids)],
    ["caller", (user + system) / 1_000],
  ]);
}

function makePort({ make }: LargeWorld, log: PortLog | undefined, nodeIds: readonly string[], index: number) {
  const { networkIds = [], securityGroupId = "" } = log ?? {};
  return make.port(networkIds[index % networks] ?? "", {
    ...{ projectId, name: `made ${index}`, securityGroupIds: [securityGroupId] },
    binding: { host: nodeIds[index % nodeIds.length] ?? "", device: "", move: undefined },
  });
}
