import { type RulesBackend, rulesBackends } from "../../services/node-agent/src/desired/host-facts.ts";
import {
  type DesiredState,
  desiredState,
  externalNetwork,
  floatingIp,
  instancePort,
  router,
  sampleId,
  tenantNetwork,
} from "../../services/node-agent/src/kernel/contract/sample-state.ts";
import { allParts } from "../../services/node-agent/src/kernel/places.ts";
import type { Operation } from "../../services/node-agent/src/plan/operation.ts";
import { type KernelLab, startKernelLab } from "../support/kernel-lab.ts";
import { middleOf } from "./middle.ts";
import { elapsedMs, type Row } from "./row.ts";

const sizes = [1, 10, 100, 1000] as const;
const times = 15;
/** What one more may cost, of what the first one costs. */
const mostTimes = 1.5;
const seconds = 1;
/** Of the connections that a router with one floating IP takes, one with a thousand is to take so many. */
const leastShare = 0.95;
const namespaceOf = (routerNumber: number): string => `qrouter-${sampleId("a", routerNumber)}`;
const namespace = namespaceOf(1);

/** What floating IPs cost a router whose rules iptables or nftables has: one more of them, a look at all of them, and the
 *  first packet of a connection to one in their middle. A host of its own for each, the median of several rounds. */
export async function routerRules(): Promise<Row[]> {
  const labs = await Promise.all(rulesBackends.map((backend) => startKernelLab("native", { backend })));
  try {
    const rows: Row[] = [];
    for (const [i, lab] of labs.entries()) {
      const costs: Row[] = [];
      for (const size of sizes) {
        await realise(lab, oneRouter(size));
        costs.push(...(await rulesCost(lab, rulesBackends[i] ?? "iptables", size)));
      }
      rows.push(...costs.map((row) => comparedWithFirst(row, costs)));
    }
    for (const [i, lab] of labs.entries()) rows.push(await connectionShare(lab, rulesBackends[i] ?? "iptables"));
    return rows;
  } finally {
    for (const { lab } of labs) await lab.down();
  }
}

/** One more may be at their end. */
const oneRouter = (size: number, more = 0): DesiredState =>
  desiredState(externalNetwork(), tenantNetwork(1), router(1, [1]), ...floatingIps(1, size, more));

const fixedIp = (routerNumber: number): string => `10.0.${routerNumber}.${routerNumber}1`;
const calledIp = (routerNumber: number): string => `203.0.113.${200 + routerNumber}`;

/** The same connections to either's instance, on one host. */
const twoRouters = desiredState(
  externalNetwork(),
  tenantNetwork(1),
  tenantNetwork(2),
  instancePort(11, 1),
  instancePort(21, 2),
  router(1, [1]),
  router(2, [2]),
  ...floatingIps(1, 1),
  ...floatingIps(2, 1000),
);

/** So many of a router, of which the one in the middle is called, and leads to the instance. */
function floatingIps(routerNumber: number, size: number, more = 0) {
  const middle = Math.ceil(size / 2);
  return Array.from({ length: size + more }, (_, i) => {
    const number = i + 1;
    const [fixed, floating] =
      number === middle
        ? [fixedIp(routerNumber), calledIp(routerNumber)]
        : [`10.7.${number >> 8}.${number & 255}`, `198.51.${number >> 8}.${number & 255}`];
    return floatingIp(10_000 * routerNumber + number, routerNumber, fixed, { floatingIpAddress: floating });
  });
}

async function realise(lab: KernelLab, state: DesiredState): Promise<void> {
  const { failures } = await lab.realise(state);
  if (failures.length > 0) throw new Error(`the router can't be made: ${JSON.stringify(failures)}`);
}

/** With that of the router which has one for its floor, and for the target of nftables' changes. */
function comparedWithFirst(row: Row, costs: readonly Row[]): Row {
  const first = costs.find(({ name }) => name === row.name)?.value ?? row.value;
  const isJudged = row.name.endsWith("its rules written, by nftables");
  return { ...row, floor: first, target: isJudged && row.size === sizes.at(-1) ? mostTimes * first : undefined };
}

/** One floating IP more, one less, and the router looked at. Changes follow each other without a look in between: one at a
 *  thousand leaves the processor's caches cold, and whatever is written next would cost twice as much, however little it is. */
async function rulesCost(lab: KernelLab, backend: RulesBackend, size: number): Promise<Row[]> {
  const one = await rulesBetween(lab, oneRouter(size), oneRouter(size, 1));
  const [more, less, look]: [number[], number[], number[]] = [[], [], []];
  for (let time = 0; time < times; time += 1) {
    more.push(await writeMs(lab, one.more));
    less.push(await writeMs(lab, one.less));
  }
  for (let time = 0; time < times; time += 1) {
    const known = await lab.kernel.observe();
    look.push(
      await elapsedMs(() =>
        lab.kernel.observe({ known, stale: new Map([[namespace, allParts]]), isAskedFor: () => true }),
      ),
    );
  }
  const row = (name: string, values: readonly number[]): Row => ({
    name: `${name}, by ${backend}`,
    size,
    value: middleOf(values),
    unit: "ms",
    target: undefined,
    floor: undefined,
  });
  return [
    row("one floating IP more: its rules written", more),
    row("one floating IP less: its rules written", less),
    row("a router looked at again", look),
  ];
}

const writesRules = ({ kind, netns }: Operation): boolean =>
  netns === namespace && (kind === "change-table" || kind === "change-filter");

/** What a plan changes in rules on the way to a state with one more, and on the way back. */
async function rulesBetween(lab: KernelLab, before: DesiredState, after: DesiredState) {
  const more = (await lab.operationsFor(after)).filter(writesRules);
  await realise(lab, after);
  const less = (await lab.operationsFor(before)).filter(writesRules);
  await realise(lab, before);
  return { more, less };
}

/** In the batches in which an agent would. */
const writeMs = (lab: KernelLab, rules: readonly Operation[]): Promise<number> =>
  elapsedMs(async () => {
    const { error } = await lab.kernel.execute(rules);
    if (error !== undefined) throw new Error(error);
  });

/** What a router with a thousand takes, of what one with a single one takes. */
async function connectionShare(lab: KernelLab, backend: RulesBackend): Promise<Row> {
  for (const number of [1, 2]) await lab.plugInstance(10 * number + 1, number);
  await realise(lab, twoRouters);
  const shares: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const alone = await connectionsPerSecond(lab, 1);
    shares.push((await connectionsPerSecond(lab, 2)) / alone);
  }
  return {
    name: `new connections a second to one of 1,000 floating IPs, of those to a single one, by ${backend}`,
    value: middleOf(shares),
    unit: "×",
    better: "more",
    target: backend === "nftables" ? leastShare : undefined,
    floor: undefined,
  };
}

/** From the internet to the router's instance, each datagram a connection of its own. */
async function connectionsPerSecond({ lab, node }: KernelLab, routerNumber: number): Promise<number> {
  await node.netns(namespaceOf(routerNumber)).run(["conntrack", "-F"]);
  const instance = node.netns(`instance${routerNumber}1`);
  const frames = async (): Promise<number> =>
    Number(await instance.output(["cat", "/sys/class/net/eth0/statistics/rx_packets"]));
  const before = await frames();
  await lab.internet.output(["python3", "-c", newConnections, calledIp(routerNumber), String(seconds)]);
  const arrived = (await frames()) - before;
  if (arrived < seconds * 100) throw new Error(`${calledIp(routerNumber)} leads nowhere`);
  return arrived / seconds;
}

/** Datagrams to ports 9 and up, each from the next source port. */
const newConnections = `
import socket, struct, sys, time
here = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP)
here.connect((sys.argv[1], 0))
end = time.monotonic() + float(sys.argv[2])
send, source, port = here.send, 1024, 9
while time.monotonic() < end:
    for _ in range(200):
        source += 1
        if source > 65535:
            source, port = 1024, port + 1
        try:
            send(struct.pack("!HHHH", source, port, 8, 0))
        except OSError:
            pass  # nobody reads them there
`;
