import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const repository = join(import.meta.dirname, "../..");
const startTimeoutMs = 60_000;

export interface EventLogProcess {
  /** host:port */
  readonly address: string;
  readonly connectionString: string;
  /** The data folder. */
  readonly data: string;
  readonly pid: number;
  /** What it logged so far, a JSON object a line. */
  readonly logLines: readonly string[];
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

export interface StartOptions {
  /** A folder of its own, removed when it stops, where absent. */
  readonly data?: string;
  /** host:port; a free port of loopback where absent. */
  readonly listen?: string;
  /** Put before the command; it must end as the command itself, as `unshare` and `strace -D` do: signals go to it. */
  readonly wrapper?: readonly string[];
}

/** The server did not come up. The message holds what it logged. */
export class EventLogDidNotStart extends Error {
  override readonly name = "EventLogDidNotStart";
}

/** Starts the event log as a process and returns once it serves.
 *  @throws {EventLogDidNotStart} */
export async function startEventLog(options: StartOptions = {}): Promise<EventLogProcess> {
  const ownData = options.data === undefined ? await mkdtemp(join(tmpdir(), "rhumbline-event-log-")) : undefined;
  const data = options.data ?? ownData ?? "";
  const listen = options.listen ?? "127.0.0.1:0";
  const [program = "", ...args] = [...(options.wrapper ?? []), ...eventLogCommand(listen, data)];
  const child = spawn(program, args, { cwd: repository, stdio: ["ignore", "ignore", "pipe"] });
  const logLines: string[] = [];
  const exited = exitOf(child);
  // A test that fails before it stops its server leaves none behind.
  const killWithTests = () => child.kill("SIGKILL");
  process.once("exit", killWithTests);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    const code = await exited;
    process.off("exit", killWithTests);
    if (ownData !== undefined) await rm(ownData, { recursive: true, force: true });
    return code;
  };
  const address = await readyAddress(child, exited, logLines);
  if (address === undefined) {
    await end("SIGKILL");
    throw new EventLogDidNotStart(logLines.join("\n"));
  }
  return {
    address,
    connectionString: `kurrentdb://${address}?tls=false`,
    data,
    pid: child.pid ?? 0,
    logLines,
    stop: () => end("SIGTERM"),
    kill: async () => void (await end("SIGKILL")),
  };
}

/** How the event log is run from the sources. */
export function eventLogCommand(listen: string, data: string): string[] {
  const main = join(repository, "services/event-log/src/main.ts");
  return [process.execPath, "--import", "tsx", main, "--listen", listen, "--data", data];
}

async function readyAddress(
  child: ChildProcess,
  exited: Promise<number | null>,
  logLines: string[],
): Promise<string | undefined> {
  return await new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), startTimeoutMs);
    const done = (address: string | undefined) => {
      clearTimeout(timer);
      resolve(address);
    };
    if (child.stderr === null) return done(undefined);
    createInterface({ input: child.stderr }).on("line", (line) => {
      logLines.push(line);
      if (line.includes('"event log ready"')) done(JSON.parse(line).address);
    });
    void exited.then(() => done(undefined));
  });
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  return await new Promise((resolve, reject) => {
    child.once("exit", (code) => resolve(code));
    child.once("error", reject);
  });
}
