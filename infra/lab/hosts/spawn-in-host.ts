import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { enterHost, environmentOfHost } from "./enter-host.ts";
import type { LabProcess, SpawnOptions } from "./place.ts";

/** Waits inside the host for the program, which starts only after it was told to: by then its pid is known. `nsenter`
 *  itself would not do as the waiter: it stops when its child is stopped, and cannot then reap it. */
export const waiterScript = '(echo started >&3; read -r _ <&3; exec "$@" 3<&-); exit $?';

/** Starts a program inside a host, apart from the caller's session so that a Ctrl-C there does not reach it.
 *  @throws Error with what stands in its log when the host cannot be entered. */
export async function spawnInHost(
  hostPid: number,
  netns: string | undefined,
  logFolder: string,
  argv: readonly string[],
  options: SpawnOptions,
): Promise<LabProcess> {
  mkdirSync(logFolder, { recursive: true });
  const outputFile = join(logFolder, `${options.name}.out`);
  const logFile = join(logFolder, `${options.name}.log`);
  const [program = "", ...args] = enterHost(hostPid, netns, ["sh", "-c", waiterScript, "sh", ...argv], options.cwd);
  const out = openSync(outputFile, "a");
  const log = openSync(logFile, "a");
  const child = spawn(program, args, {
    env: environmentOfHost(options.env),
    detached: true,
    stdio: ["ignore", out, log, "pipe"],
  });
  closeSync(out);
  closeSync(log);
  return new SpawnedProcess(options.name, outputFile, logFile, child, await startedPid(child, logFile));
}

/** The root pid of the program, which then begins to run. */
function startedPid(child: ChildProcess, logFile: string): Promise<number> {
  const handshake = child.stdio[3] as Duplex;
  return new Promise((resolve, reject) => {
    const neverBegan = () => reject(new Error(`could not be started: ${readFileSync(logFile, "utf8").trim()}`));
    child.once("error", reject);
    child.once("close", neverBegan);
    handshake.once("error", reject);
    handshake.once("data", () => {
      child.off("close", neverBegan);
      const waiterPid = onlyChildOf(child.pid ?? 0);
      resolve(onlyChildOf(waiterPid));
      handshake.end("go\n", () => handshake.destroy());
    });
  });
}

/** The child of a process that has exactly one; both pids are of the root pid namespace. */
export function onlyChildOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim());
}

class SpawnedProcess implements LabProcess {
  readonly name: string;
  readonly outputFile: string;
  readonly logFile: string;
  readonly pid: number;
  private readonly child: ChildProcess;
  private readonly exitCode: Promise<number>;
  private ended = false;

  constructor(name: string, outputFile: string, logFile: string, child: ChildProcess, pid: number) {
    this.name = name;
    this.outputFile = outputFile;
    this.logFile = logFile;
    this.pid = pid;
    this.child = child;
    this.exitCode = new Promise((resolve) => {
      child.once("exit", (code) => {
        this.ended = true;
        resolve(code ?? 128 + 9); // only the end of the whole host takes the waiter with it
      });
    });
    child.unref(); // a script may start services and end; one that waits for them stays
  }

  get exited(): Promise<number> {
    this.child.ref();
    return this.exitCode;
  }

  kill(signal: NodeJS.Signals): void {
    if (!this.ended) process.kill(this.pid, signal);
  }
}
