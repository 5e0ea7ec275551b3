import { fileURLToPath } from "node:url";
import { startStackLab } from "../../support/stack-lab.ts";
import { hopsMs, hopsOf } from "../control-plane/hops/hops.ts";
import { kernelAtRest } from "../kernel-at-rest.ts";
import type { Row } from "../row.ts";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const caller = ["node", "--import", "tsx", "test/bench/agent/caller-program.ts"];
const agentName = "agent-network1";
const backends = ["nftables", "iptables"] as const;
type Backend = (typeof backends)[number];
const callDeadlineMs = 300_000;
const samples = 100;
/** Code is compiled by the first of them, by and by and beside what it is to do: nobody waits for that twice. */
const warmUps = 1_000;
const few = 100;
const many = 200;
/** A bridge takes 1,023 ports, and each router's gateway is one of the external network's. */
const most = 1_000;

interface Timed {
  readonly answeredMs: number;
  readonly realisedMs: number;
}

type InTurn = "routers" | "floating-ips";
type Call = (
  what: InTurn | `${InTurn}-come-and-go` | "routers-at-once",
  count: number,
  standing?: number,
) => Promise<Timed[]>;

/** From the first of three calls to the answer that the node has reported the router whole; and many routers at once. */
export async function routerCreate(): Promise<Row[]> {
  const floors = await floorsOf(hopsOf.router);
  const rows = [await messagesAlone("router made by three calls", hopsOf.router, floors)];
  for (const backend of backends) {
    const targets = backend === "nftables" ? { half: 25, most: 100 } : { half: undefined, most: 150 };
    const inTurn = rowsInTurn("router made by three calls", backend, floors);
    await withInstallation(backend, async (call) => {
      await warmUp(call, "routers");
      rows.push(...inTurn(await call("routers", samples, few), targets, few));
      const [atOnce] = await call("routers-at-once", many);
      rows.push(...rowsAtOnce(backend, atOnce));
      if (backend === "iptables") return;
      await call("routers-at-once", most - many - 2 * (few + samples));
      rows.push(...inTurn(await call("routers", samples, few), {}, most));
    });
  }
  return rows;
}

/** From the call to the answer that the node has reported it. */
export async function floatingIpAssociate(): Promise<Row[]> {
  const floors = await floorsOf(hopsOf.floatingIp);
  const rows = [await messagesAlone("floating IP made for a port", hopsOf.floatingIp, floors)];
  for (const backend of backends) {
    const targets = backend === "nftables" ? { half: 12, most: 50 } : {};
    const inTurn = rowsInTurn("floating IP made for a port", backend, floors);
    await withInstallation(backend, async (call) => {
      await warmUp(call, "floating-ips");
      rows.push(...inTurn(await call("floating-ips", samples, few), targets, few));
      if (backend === "iptables") return;
      rows.push(...inTurn(await call("floating-ips", samples, most), {}, most));
    });
  }
  return rows;
}

/** Makes some that go again, and waits until the kernel is done with what went. */
async function warmUp(call: Call, what: InTurn): Promise<void> {
  await call(`${what}-come-and-go`, warmUps);
  await kernelAtRest();
}

interface Targets {
  /** ms that half of them may take, and 99 of 100. */
  readonly half?: number | undefined;
  readonly most?: number | undefined;
}

/** Until the answer of the last call, and until the report: half of them take no longer, and 99 of 100. */
const rowsInTurn =
  (name: string, backend: Backend, floors: Floors) =>
  (timed: readonly Timed[], { half, most }: Targets, size: number): Row[] => {
    const answered = timed.map(({ answeredMs }) => answeredMs);
    const realised = timed.map(({ realisedMs }) => realisedMs);
    const row = (
      until: string,
      values: readonly number[],
      share: number,
      floor: readonly number[],
      target?: number,
    ) => ({
      ...{ name: `${name} until it is ${until}, ${backend}, ${share * 100} % of them`, size, unit: "ms" },
      ...{ value: quantile(values, share), target, floor: quantile(floor, share) },
    });
    return [
      row("answered", answered, 0.5, floors.answered),
      row("reported", realised, 0.5, floors.reported, half),
      row("reported", realised, 0.99, floors.reported, most),
    ];
  };

/** As many as 200 of an empty node: what they take until they are answered is the floor, the node is not asked then. */
function rowsAtOnce(backend: Backend, timed: Timed | undefined): Row[] {
  if (timed === undefined) return [];
  const { realisedMs: value, answeredMs: floor } = timed;
  const target = backend === "nftables" ? 4_000 : undefined;
  return [{ name: `routers made at once, ${backend}`, size: many, value, unit: "ms", target, floor }];
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** ms of the least that could do it, once each. */
interface Floors {
  readonly answered: readonly number[];
  readonly reported: readonly number[];
}

/** Messages between processes and what is on disk before the next of them; without what the kernel does. */
async function floorsOf({ calls, reported }: Hops): Promise<Floors> {
  const [answered, whole] = [
    await hopsMs("lines", calls, samples),
    await hopsMs("lines", [...calls, reported], samples),
  ];
  return { answered, reported: whole };
}

type Hops = (typeof hopsOf)[keyof typeof hopsOf];

/** The floor by the library that the services call each other with: between the two lies what that costs. */
async function messagesAlone(name: string, { calls, reported }: Hops, floors: Floors): Promise<Row> {
  const value = quantile(await hopsMs("grpc", [...calls, reported], samples), 0.5);
  const floor = quantile(floors.reported, 0.5);
  return { name: `${name}, its messages alone by gRPC, 50 % of them`, value, unit: "ms", target: undefined, floor };
}

/** A control plane and one network node, whose agent writes rules by that. */
async function withInstallation<T>(backend: Backend, work: (call: Call) => Promise<T>): Promise<T> {
  await kernelAtRest();
  const { lab, stack, down } = await startStackLab("network1");
  try {
    const agent = stack.programs.find(({ name }) => name === agentName);
    await stack.kill([agentName]);
    await lab.host("network1").spawn([...(agent?.argv ?? []), "--backend", backend], { name: agentName });
    await stack.ready(1);
    await stack.json("network", "create", "public", "--external", "--type", "flat", "--physical-network", "physnet1");
    await stack.json("subnet", "create", "public-v4", "--network", "public", "--cidr", "203.0.112.0/20");
    return await work(async (what, count, standing = 0) => {
      const argv = [...caller, what, String(count), String(standing)];
      return JSON.parse(await lab.host("control").output(argv, { cwd: repository, deadlineMs: callDeadlineMs }));
    });
  } finally {
    await down({ network1: "a benchmark compares nothing" });
  }
}
