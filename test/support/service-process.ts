import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { type Channel, openChannel } from "@rhumbline/grpc";
import { engine, leanMalloc } from "../../infra/stack/programs.ts";
import { bundled } from "./bundle.ts";
import { freePort } from "./free-port.ts";

const startTimeoutMs = 60_000;

/** A line of a service's log. */
interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

/** A service as a process of its own, that answers gRPC on the loopback. */
export interface ServiceProcess {
  readonly name: string;
  /** host:port */
  readonly address: string;
  readonly pid: number;
  readonly logLines: readonly LogLine[];
  /** To the process, and to whichever process comes after it at the same address. */
  readonly channel: Channel;
  /** SIGSTOP: the process does nothing any more, and its connections stand. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

/** The service ended, or said nothing of being ready in time. The message holds what it wrote. */
class ServiceDidNotStart extends Error {
  override readonly name = "ServiceDidNotStart";
}

const running = new Set<ServiceProcess>();

/** Starts a service's bundle and returns once it serves.
 *  @param args its flags beside --listen.
 *  @throws {ServiceDidNotStart} */
export async function startService(
  name: string,
  args: readonly string[],
  options: { listen?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<ServiceProcess> {
  const program = await bundled(name);
  const address = options.listen ?? `127.0.0.1:${await freePort()}`;
  const argv = ["--enable-source-maps", ...engine(name), program, "--listen", address, ...args];
  const child = spawn(process.execPath, argv, {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ...leanMalloc, ...options.env },
  });
  const logLines: LogLine[] = [];
  const exited = once(child, "exit").then(([code]) => code as number | null);
  const started = handleOf(name, address, child, exited, logLines);
  running.add(started);
  if (await untilReady(child, exited, logLines)) return started;
  await started.kill();
  throw new ServiceDidNotStart(`${name} did not start; it wrote:\n${logLines.map(textOf).join("\n")}`);
}

/** Ends every service that this test file started and that still runs. */
export async function killServices(): Promise<void> {
  await Promise.all([...running].map((service) => service.kill()));
}

function handleOf(
  name: string,
  address: string,
  child: ChildProcess,
  exited: Promise<number | null>,
  logLines: readonly LogLine[],
): ServiceProcess {
  const channel = openChannel(address);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    const code = await exited;
    channel.close();
    running.delete(handle);
    return code;
  };
  const handle: ServiceProcess = {
    name,
    address,
    pid: child.pid ?? 0,
    logLines,
    channel,
    pause: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
    stop: () => end("SIGTERM"),
    kill: async () => void (await end("SIGKILL")),
  };
  return handle;
}

function untilReady(child: ChildProcess, exited: Promise<unknown>, logLines: LogLine[]): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), startTimeoutMs);
    const settle = (ready: boolean): void => {
      clearTimeout(timer);
      resolve(ready);
    };
    if (child.stderr === null) return settle(false);
    const lines = createInterface({ input: child.stderr });
    lines.on("line", (text) => {
      const line = parse(text);
      logLines.push(line);
      if (line.message === "ready" || line.message === "event log ready") settle(true);
    });
    void exited.then(() => settle(false));
  });
}

/** What isn't JSON was not written by the logger: a stack trace, a warning of node's. */
function parse(text: string): LogLine {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return { level: "raw", message: text };
  }
}

const textOf = (line: LogLine): string => (line.level === "raw" ? line.message : JSON.stringify(line));
