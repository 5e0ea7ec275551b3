import type { LabInstance } from "@rhumbline/infra/lab";
import {
  type DesiredState,
  desiredState,
  filteredBy,
  instancePort,
  rule,
  securityGroup,
  tenantNetwork,
} from "../../services/node-agent/src/kernel/contract/sample-state.ts";
import { type KernelLab, startKernelLab } from "../support/kernel-lab.ts";
import { physdevRules } from "./physdev-rules.ts";
import type { Row } from "./row.ts";

const pairs = 5;
/** Of what a bridge carries without any filter. */
const leastShare = 0.55;
const seconds = 2;
const [sender, receiver] = [11, 12];
/** On the node; the two that talk are among them. */
const numbers = Array.from({ length: 100 }, (_, i) => sender + i);

/** What a frame from one instance to another costs on a node with 100 filtered ports: by either backend against a bridge
 *  without any filter, and against the layout that Neutron's iptables driver makes. Each on a host of its own; the median of
 *  several pairs. */
export async function filteredPorts(): Promise<Row[]> {
  const byIptables = startKernelLab("process", { securityBackend: "iptables" });
  const labs = await Promise.all([startKernelLab(), byIptables, startKernelLab(), startKernelLab()]);
  try {
    const [filtered, iptables, plain, physdev] = labs;
    const worlds = {
      filtered: await filteredWorld(filtered),
      iptables: await filteredWorld(iptables),
      plain: await bridgedWorld(plain),
      physdev: await physdevWorld(physdev),
    };
    const runs: Record<keyof typeof worlds, number>[] = [];
    for (let pair = 0; pair < pairs; pair += 1) {
      runs.push({
        plain: await frameUs(worlds.plain),
        filtered: await frameUs(worlds.filtered),
        iptables: await frameUs(worlds.iptables),
        physdev: await frameUs(worlds.physdev),
      });
    }
    const byPlain = middle(runs, ({ filtered: cost, plain: floor }) => cost / floor);
    const second = middle(runs, ({ iptables: cost, plain: floor }) => cost / floor);
    const byPhysdev = middle(runs, ({ filtered: cost, physdev: floor }) => cost / floor);
    const name = `a frame from port to port, ${numbers.length} filtered ports`;
    return [
      { name, value: byPlain.filtered, unit: "µs", target: byPlain.plain / leastShare, floor: byPlain.plain },
      { name: `${name} by iptables`, value: second.iptables, unit: "µs", target: undefined, floor: second.plain },
      {
        name: `${name}, against Neutron's physdev layout`,
        value: byPhysdev.filtered,
        unit: "µs",
        target: byPhysdev.physdev,
        floor: byPhysdev.physdev,
      },
    ];
  } finally {
    for (const lab of labs) await lab.lab.down();
  }
}

type Pair = readonly [LabInstance, LabInstance];

const plug = async (lab: KernelLab): Promise<Pair> => [
  await lab.plugInstance(sender, 1),
  await lab.plugInstance(receiver, 1),
];

async function filteredWorld(lab: KernelLab): Promise<Pair> {
  const pair = await plug(lab);
  const { failures } = await lab.realise(filteredState);
  if (failures.length > 0) throw new Error(`the ports can't be filtered: ${JSON.stringify(failures)}`);
  return pair;
}

const services = [22, 80, 443, 5201, 8080].map((port, i) =>
  rule(i + 10, { protocol: 6, portRangeMin: port, portRangeMax: port }),
);

const filteredState: DesiredState = desiredState(
  tenantNetwork(1),
  ...numbers.map((number) => instancePort(number, 1, filteredBy(1))),
  securityGroup(
    1,
    rule(1, { ingress: false }),
    ...services,
    rule(2, { protocol: 17, portRangeMin: 9, portRangeMax: 9 }),
  ),
);

async function bridgedWorld(lab: KernelLab): Promise<Pair> {
  const pair = await plug(lab);
  const input = [
    "link add br0 type bridge",
    "link set br0 up",
    ...pair.map((each) => `link set ${each.tapDevice} master br0`),
  ];
  await lab.node.output(["ip", "-batch", "-"], { input: `${input.join("\n")}\n` });
  await lab.node.output(["sysctl", "-qw", "net.bridge.bridge-nf-call-iptables=0"]);
  return pair;
}

async function physdevWorld(lab: KernelLab): Promise<Pair> {
  const pair = await bridgedWorld(lab);
  await lab.node.output(["sysctl", "-qw", "net.bridge.bridge-nf-call-iptables=1"]);
  await lab.node.output(["iptables-restore"], { input: physdevRules(numbers) });
  return pair;
}

/** Microseconds between two frames that arrive, while one instance sends as fast as it can. */
async function frameUs([from, to]: Pair): Promise<number> {
  const before = await framesOf(to);
  await from.output(["python3", "-c", flood, `10.0.1.${receiver}`, String(seconds)]);
  const frames = (await framesOf(to)) - before;
  if (frames === 0) throw new Error("nothing arrives");
  return (seconds * 1_000_000) / frames;
}

const framesOf = async (instance: LabInstance): Promise<number> =>
  Number(await instance.output(["cat", "/sys/class/net/eth0/statistics/rx_packets"]));

function middle<T>(runs: readonly T[], by: (run: T) => number): T {
  const run = runs.toSorted((a, b) => by(a) - by(b))[Math.floor(runs.length / 2)];
  if (run === undefined) throw new RangeError("no runs");
  return run;
}

/** Datagrams of 64 bytes. */
const flood = `
import socket, sys, time
here = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
here.connect((sys.argv[1], 9))
end = time.monotonic() + float(sys.argv[2])
send, data = here.send, b"x" * 64
while time.monotonic() < end:
    for _ in range(200):
        try:
            send(data)
        except OSError:
            pass  # nobody reads them there
`;
