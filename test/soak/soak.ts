import { setTimeout as pause } from "node:timers/promises";
import { startPing } from "@rhumbline/infra/lab";
import { eventually } from "../support/eventually.ts";
import { type NodeLab, startNodeLab } from "../support/node-lab.ts";
import { isFairEnd, someCommand } from "./commands.ts";
import { driftSomewhere, type Fault, killSome, type LoggedEvent } from "./faults.ts";
import { deleteAllMade, type Standing, standingOn } from "./leftovers.ts";
import { type ProcessSize, processSizes, slope } from "./process-sizes.ts";
import { type Random, seededRandom } from "./random.ts";

export interface SoakOptions {
  readonly minutes: number;
  /** The same seed chooses the same commands and faults; when which of them meet is the machine's to say. */
  readonly seed: number;
  /** Gets a line about how far it is. */
  readonly progress: (line: string) => void;
}

export interface SoakResult {
  readonly commands: { readonly done: number; readonly refused: number };
  readonly faults: readonly Fault[];
  readonly pings: { readonly sent: number; readonly lost: number; readonly longestGapMs: number };
  readonly growth: readonly ProcessGrowth[];
  readonly before: Standing;
  readonly after: Standing;
  /** What should not have been; empty: it holds. */
  readonly failures: readonly string[];
}

/** Of a process while nothing was killed any more. */
interface ProcessGrowth {
  readonly name: string;
  readonly residentBytes: number;
  readonly bytesPerMinute: number;
  readonly descriptors: number;
  readonly moreDescriptors: number;
}

const nodes = ["node1", "node2", "node3"];
const atOnce = 3;
const faultEveryMs = 2_500;
/** Of the time: then commands go on and nothing is killed, so that what grows is seen to grow. */
const calmShare = 0.25;
/** A process that just started grows by what it loads and compiles. */
const warmUpMs = 15_000;
/** Over the calm part: what a collector of garbage may leave for later, and what connections come and go. */
const fairGrowthBytes = 48 * 2 ** 20;
const fairDescriptors = 20;
/** Of all nodes: those of the commands themselves, which end by their timeouts. */
const fairConnections = 100;

/** Does at random to an installation what users, operators and bad luck do, and looks afterwards whether all is as it should be. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const lab = await startNodeLab(...nodes);
  try {
    await lab.makeRouter("kept");
    const kept = await lab.makeInstance("kept", { router: "kept", cidr: "10.200.0.0/24", node: "node1" });
    const floatingIp = await lab.makeFloatingIp("kept");
    const home = await lab.nodeOf("kept");
    const before = await standingOn(lab, nodes);
    const ping = await startPing(lab.outside, floatingIp, 200);
    const { commands, faults, calm, failures } = await run(lab, options);
    const pings = await ping.stop();
    options.progress("all is started, and everything compared with the log");
    await lab.stack.start();
    await lab.stack.ready(nodes.length, 120_000);
    for (const node of nodes) await lab.stack.rhumb("node", "uncordon", node);
    await holds(failures, "rhumb verify", () => verified(lab));
    failures.push(...(await untold(lab, faults)));
    options.progress("what was made is deleted");
    // Where else it is, its network's bridge and tunnel are too.
    await holds(failures, "the kept router comes home", async () => {
      if ((await lab.nodeOf("kept")) !== home) await lab.stack.json("router", "move", "kept", "--node", home, "--wait");
    });
    await deleteAllMade(lab, ["public", "public-v4", "kept", floatingIp, kept.plan.name]);
    const isLeft = (standing: Standing): boolean =>
      standing.namespaces > before.namespaces ||
      standing.devices > before.devices ||
      standing.connections > before.connections + fairConnections;
    let after = before;
    await holds(failures, "as many namespaces, devices and connections as before", async () => {
      after = await standingOn(lab, nodes);
      if (isLeft(after)) throw new Error(`${JSON.stringify(before)} became ${JSON.stringify(after)}`);
    });
    await holds(failures, "rhumb verify after all was deleted", () => verified(lab));
    const growth = growthOf(calm, faults);
    failures.push(...growth.flatMap(leaksOf(calm.minutes)));
    const { sent, lost, longestGapMs } = pings;
    return { commands, faults, pings: { sent, lost: lost.length, longestGapMs }, growth, before, after, failures };
  } finally {
    await lab.down();
  }
}

interface Calm {
  readonly minutes: number;
  readonly samples: { readonly atMs: number; readonly sizes: ReadonlyMap<string, ProcessSize> }[];
}

interface Run {
  readonly commands: { done: number; refused: number };
  readonly faults: Fault[];
  readonly calm: Calm;
  readonly failures: string[];
}

async function run(lab: NodeLab, { minutes, seed, progress }: SoakOptions): Promise<Run> {
  const beganMs = Date.now();
  const endMs = beganMs + minutes * 60_000;
  const calmMs = minutes * calmShare * 60_000;
  const calmFromMs = endMs - calmMs;
  const sampledFromMs = calmFromMs + Math.min(warmUpMs, calmMs / 3);
  const state: Run = {
    commands: { done: 0, refused: 0 },
    faults: [],
    calm: { minutes: (endMs - sampledFromMs) / 60_000, samples: [] },
    failures: [],
  };
  const typing = Array.from({ length: atOnce }, (_, index) => type(lab, seededRandom(seed + index), endMs, state));
  const breaking = breakThings(lab, seededRandom(seed + atOnce), calmFromMs, state);
  const watching = (async () => {
    while (Date.now() < endMs) {
      const { done, refused } = state.commands;
      const left = Math.ceil((endMs - Date.now()) / 1000);
      const calm = Date.now() >= calmFromMs;
      progress(
        `${left} s left${calm ? ", calm" : ""}: ${done} commands done, ${refused} refused, ${state.faults.length} faults`,
      );
      if (Date.now() >= sampledFromMs) state.calm.samples.push({ atMs: Date.now(), sizes: processSizes(lab.stack) });
      await pause(1_000);
    }
  })();
  await Promise.all([...typing, breaking, watching]);
  return state;
}

async function type(lab: NodeLab, random: Random, endMs: number, { commands, failures }: Run): Promise<void> {
  while (Date.now() < endMs) {
    const words = someCommand(random, nodes);
    const outcome = await lab.stack.rhumb(...words);
    if (outcome.code === 0) commands.done += 1;
    else commands.refused += 1;
    if (!isFairEnd(outcome))
      failures.push(
        `rhumb ${words.join(" ").slice(0, 200)} ended with ${outcome.code}: ${outcome.stderr.trim().slice(0, 300)}`,
      );
  }
}

async function breakThings(lab: NodeLab, random: Random, endMs: number, { faults }: Run): Promise<void> {
  while (Date.now() + faultEveryMs < endMs) {
    await pause(faultEveryMs);
    const fault = random.below(2) === 0 ? await killSome(lab, nodes, random) : await driftSomewhere(lab, nodes, random);
    if (fault !== undefined) faults.push(fault);
  }
}

async function verified({ stack }: NodeLab): Promise<void> {
  const { code, stdout, stderr } = await stack.rhumb("verify");
  if (code !== 0) throw new Error(`${stdout}${stderr}`.trim());
}

/** Each fault has an event behind it, in the order of their times. */
async function untold({ stack }: NodeLab, faults: readonly Fault[]): Promise<string[]> {
  const { stdout } = await stack.rhumb("events", "--since", "start", "-o", "json");
  const events = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as LoggedEvent);
  return faults
    .filter(
      ({ told, toldFromMs }) => told && !events.some((event) => Date.parse(event.time) >= toldFromMs && told(event)),
    )
    .map(({ kind, what }) => `the log doesn't tell that this was ${kind}: ${what}`);
}

async function holds(failures: string[], what: string, check: () => Promise<void>): Promise<void> {
  try {
    await eventually(check);
  } catch (error) {
    failures.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Of processes that lived through all of the calm and were warm when it began. */
function growthOf({ samples }: Calm, faults: readonly Fault[]): ProcessGrowth[] {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined) return [];
  return [...last.sizes].flatMap(([name, { pid, residentBytes, descriptors }]) => {
    const begun = first.sizes.get(name);
    const justStarted = faults.some(({ what, timeMs }) => what === name && timeMs > first.atMs - warmUpMs);
    if (begun?.pid !== pid || justStarted) return [];
    const resident = samples.map(({ atMs, sizes }) => ({ atMs, bytes: sizes.get(name)?.residentBytes ?? 0 }));
    const moreDescriptors = descriptors - begun.descriptors;
    return [{ name, residentBytes, bytesPerMinute: slope(resident), descriptors, moreDescriptors }];
  });
}

const leaksOf =
  (minutes: number) =>
  ({ name, bytesPerMinute, moreDescriptors }: ProcessGrowth): string[] => [
    ...(bytesPerMinute * minutes > fairGrowthBytes
      ? [`${name} grows by ${Math.round(bytesPerMinute / 2 ** 20)} MiB a minute`]
      : []),
    ...(moreDescriptors > fairDescriptors
      ? [`${name} has ${moreDescriptors} more file descriptors than when the calm began`]
      : []),
  ];
