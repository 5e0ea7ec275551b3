import type { NodeLab } from "../support/node-lab.ts";
import type { Random } from "./random.ts";

/** Something that was done to the installation, and what the log then has to tell of it. */
export interface Fault {
  readonly kind: string;
  readonly what: string;
  readonly timeMs: number;
  /** From when on it may be told. */
  readonly toldFromMs: number;
  /** Undefined: of a process that writes no stream of its own nothing is told. */
  readonly told: ((event: LoggedEvent) => boolean) | undefined;
}

export interface LoggedEvent {
  readonly type: string;
  readonly dataJson: string;
  readonly time: string;
}

/** The same change, repaired again within that time, is told once and counted. */
const toldOnceInMs = 60_000;

const writers = ["ipam", "topology", "router-scheduler"];
const silent = ["event-log", "nats", "audit"];

/** Kills some process without a word, and starts it again. */
export async function killSome({ stack }: NodeLab, nodes: readonly string[], random: Random): Promise<Fault> {
  const name = random.pick([...writers, ...silent, ...nodes.map((node) => `agent-${node}`)]);
  const timeMs = Date.now();
  await stack.kill([name]);
  await stack.start([name]);
  return { kind: "killed", what: name, timeMs, toldFromMs: timeMs, told: toldOfKill(name) };
}

function toldOfKill(name: string): Fault["told"] {
  if (silent.includes(name)) return undefined;
  if (writers.includes(name))
    return ({ type, dataJson }) => type === "WriterChanged" && dataJson.includes(`"service":"${name}"`);
  return ({ type }) => type === "NodeStarted";
}

/** Changes by hand what an agent made in some router's namespace.
 *  @returns undefined: there is none on that node. */
export async function driftSomewhere(
  lab: NodeLab,
  nodes: readonly string[],
  random: Random,
): Promise<Fault | undefined> {
  const node = random.pick(nodes);
  const host = lab.node(node);
  const routers = (await host.netnsNames()).filter((name) => name.startsWith("qrouter-"));
  if (routers.length === 0) return undefined;
  const netns = random.pick(routers);
  const inside = host.netns(netns);
  const listed = await inside.run(["ip", "-brief", "link"]);
  const legs = [...listed.stdout.matchAll(/^(q[rg]-[0-9a-f-]+)/gm)].map(([, device = ""]) => device);
  if (legs.length === 0) return undefined;
  const device = random.pick(legs);
  // One that is being made just now has nothing to lose, and would not miss it.
  if ((await inside.run(["ip", "-o", "address", "show", "dev", device, "scope", "global"])).stdout === "")
    return undefined;
  const byHand = random.pick([
    ["ip", "address", "flush", "dev", device],
    ["ip", "link", "set", device, "mtu", "1300"],
    ["sysctl", "-qw", "net.ipv4.ip_forward=0"],
  ]);
  const timeMs = Date.now();
  // What is deleted just now can't be changed.
  if ((await inside.run(byHand)).code !== 0) return undefined;
  const told = ({ type, dataJson }: LoggedEvent): boolean =>
    type === "NodeChangesApplied" && dataJson.includes(netns) && dataJson.includes("changed by somebody else");
  const what = `${node}: ${byHand.join(" ")} in ${netns}`;
  return { kind: "changed by hand", what, timeMs, toldFromMs: timeMs - toldOnceInMs, told };
}
