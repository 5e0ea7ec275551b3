import { type ChildProcess, execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { connectBus } from "@rhumbline/messaging";
import { createLogger } from "@rhumbline/telemetry";
import { type EventLogProcess, startEventLog } from "../../support/event-log-process.ts";
import { freePort } from "../../support/free-port.ts";
import { NatsProcess } from "../../support/nats-process.ts";
import { killServices, startService } from "../../support/service-process.ts";
import { NodeDouble } from "../scheduler/node-double.ts";

const repository = join(import.meta.dirname, "../../..");
const program = join(repository, "cli/dist/rhumb.js");

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Following {
  readonly child: ChildProcess;
  printed(): string;
  /** What it has said beside its result. */
  noted(): string;
}

/** The control plane as real processes, and rhumb to use it. */
export interface Installation {
  readonly log: EventLogProcess;
  readonly nats: NatsProcess;
  readonly schedulerAddress: string;
  /** Kills audit, and starts it at the same address once `meanwhile` is done. */
  restartAudit(meanwhile: () => Promise<unknown>): Promise<void>;
  /** Where rhumb is told the services are. */
  readonly env: Readonly<Record<string, string>>;
  rhumb(...args: readonly string[]): Promise<Outcome>;
  /** The same with text on its standard input. */
  rhumbReading(input: string, ...args: readonly string[]): Promise<Outcome>;
  /** What a command has printed so far that goes on until it is stopped. */
  following(...args: readonly string[]): Following;
  /** The answer of a command that must succeed, as JSON. */
  json<T>(...args: readonly string[]): Promise<T>;
  stop(): Promise<void>;
}

export async function startInstallation(): Promise<Installation> {
  const [log, nats] = await Promise.all([startEventLog(), NatsProcess.start()]);
  await bundleRhumb();
  const ipamAddress = `127.0.0.1:${await freePort()}`;
  const toLog = ["--log", log.connectionString];
  const toNats = ["--nats", nats.url];
  const [, topology, scheduler, firstAudit] = await Promise.all([
    startService("ipam", toLog, { listen: ipamAddress }),
    startService("topology", [...toLog, "--ipam", ipamAddress, "--vlan-range", "physnet1:100-199"]),
    startService("router-scheduler", [...toLog, ...toNats]),
    startService("audit", [...toLog, ...toNats]),
  ]);
  let audit = firstAudit;
  const env = {
    RHUMB_IPAM: ipamAddress,
    RHUMB_TOPOLOGY: topology.address,
    RHUMB_SCHEDULER: scheduler.address,
    RHUMB_AUDIT: audit.address,
    RHUMB_EVENT_LOG: log.address,
  };
  const rhumb = (...args: readonly string[]): Promise<Outcome> => runRhumb(args, env);
  return {
    log,
    nats,
    schedulerAddress: scheduler.address,
    env,
    async restartAudit(meanwhile) {
      await audit.kill();
      await meanwhile();
      audit = await startService("audit", [...toLog, ...toNats], { listen: audit.address });
    },
    rhumb,
    rhumbReading: (input, ...args) => runRhumb(args, env, input),
    following(...args) {
      const child = spawn(process.execPath, [program, ...args], { env: { ...process.env, ...env } });
      let printed = "";
      child.stdout.on("data", (data: Buffer) => {
        printed += data.toString();
      });
      let noted = "";
      child.stderr.on("data", (data: Buffer) => {
        noted += data.toString();
      });
      return { child, printed: () => printed, noted: () => noted };
    },
    async json<T>(...args: readonly string[]) {
      const { code, stdout, stderr } = await rhumb(...args, "-o", "json");
      if (code !== 0) throw new Error(`rhumb ${args.join(" ")} ended with ${code}: ${stderr}`);
      return JSON.parse(stdout) as T;
    },
    async stop() {
      await killServices();
      await Promise.all([log.kill(), nats.dispose()]);
    },
  };
}

/** What `runRhumb` runs. */
export async function bundleRhumb(): Promise<void> {
  await promisify(execFile)(process.execPath, [join(repository, "infra/bundle.mjs"), "--quiet", "rhumb"]);
}

export function runRhumb(args: readonly string[], env: Readonly<Record<string, string>>, input = ""): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...env } };
    const child = execFile(process.execPath, [program, ...args], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
    child.stdin?.end(input);
  });
}

const beatEveryMs = 200;

/** A node that reports whatever it is told to have, at once, until it is stopped.
 *  @param errorOf what it says of a desired key instead. */
export async function startWillingNode(
  nats: NatsProcess,
  errorOf: (key: string) => string = () => "",
): Promise<{ stop(): Promise<void> }> {
  const bus = connectBus({ servers: [nats.url], name: "node", logger: createLogger("test", "error") });
  const node = new NodeDouble(bus);
  let reported = -1;
  let registered = false;
  const beat = async (): Promise<void> => {
    if (!registered) registered = (await node.register()) !== undefined;
    node.heartbeat();
    const position = node.manifest?.position ?? -1;
    if (position === reported || node.committed() === undefined) return;
    await node.report(Object.fromEntries([...node.desired.keys()].map((key) => [key, errorOf(key)])));
    reported = position;
  };
  let stopped = false;
  const beating = (async () => {
    while (!stopped) {
      // Not connected yet, or the scheduler is not: the next beat tells.
      await beat().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, beatEveryMs));
    }
  })();
  return {
    async stop() {
      stopped = true;
      await beating;
      node.stop();
      await bus.close();
    },
  };
}
