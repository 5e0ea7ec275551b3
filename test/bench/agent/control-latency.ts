import { fileURLToPath } from "node:url";
import { startStackLab } from "../../support/stack-lab.ts";
import type { Row } from "../row.ts";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const caller = ["node", "--import", "tsx", "test/bench/agent/caller-program.ts"];
const agentName = "agent-network1";
const backends = ["nftables", "iptables"] as const;
const samples = 100;
const many = 200;

interface Timed {
  readonly answeredMs: number;
  readonly realisedMs: number;
}

type Call = (what: "routers" | "floating-ips" | "routers-at-once", count: number) => Promise<Timed[]>;

/** From the first of three calls to the answer that the node has reported the router whole; and many routers at once. The
 *  floor is what the calls take until they are answered: the node is not asked then. */
export async function routerCreate(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const backend of backends) {
    const [inTurn, atOnce] = await withInstallation(backend, async (call) => {
      return [await call("routers", samples), await call("routers-at-once", many)] as const;
    });
    const name = `router made by three calls until it is reported, ${backend}`;
    rows.push(quantileRow(name, inTurn, 0.5, backend === "nftables" ? 25 : undefined));
    rows.push(quantileRow(name, inTurn, 0.99, backend === "nftables" ? 100 : 150));
    rows.push({ ...quantileRow(`routers made at once, ${backend}`, atOnce, 1, 4_000), size: many });
  }
  return rows;
}

/** From the call to the answer that the node has reported it; the floor as above. */
export async function floatingIpAssociate(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const backend of backends) {
    const inTurn = await withInstallation(backend, (call) => call("floating-ips", samples));
    const name = `floating IP made for a port until it is reported, ${backend}`;
    rows.push(quantileRow(name, inTurn, 0.5, backend === "nftables" ? 12 : undefined));
    rows.push(quantileRow(name, inTurn, 0.99, backend === "nftables" ? 50 : undefined));
  }
  return rows;
}

function quantileRow(name: string, timed: readonly Timed[], share: number, target: number | undefined): Row {
  const of = (values: readonly number[]): number => {
    const sorted = values.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  };
  return {
    name: share === 1 ? name : `${name}, ${share * 100} % of them`,
    ...{ value: of(timed.map(({ realisedMs }) => realisedMs)), unit: "ms", target },
    floor: of(timed.map(({ answeredMs }) => answeredMs)),
  };
}

/** A control plane and one network node, whose agent writes rules by that. */
async function withInstallation<T>(backend: (typeof backends)[number], work: (call: Call) => Promise<T>): Promise<T> {
  const { lab, stack, down } = await startStackLab("network1");
  try {
    const agent = stack.programs.find(({ name }) => name === agentName);
    await stack.kill([agentName]);
    await lab.host("network1").spawn([...(agent?.argv ?? []), "--backend", backend], { name: agentName });
    await stack.ready(1);
    await stack.json("network", "create", "public", "--external", "--type", "flat", "--physical-network", "physnet1");
    await stack.json("subnet", "create", "public-v4", "--network", "public", "--cidr", "203.0.112.0/20");
    return await work(async (what, count) => {
      const argv = [...caller, what, String(count)];
      return JSON.parse(await lab.host("control").output(argv, { cwd: repository }));
    });
  } finally {
    await down({ network1: "a benchmark compares nothing" });
  }
}
