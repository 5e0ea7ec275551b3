import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { waiterScript } from "./spawn-in-host.ts";

export interface HostProcess {
  /** In the root pid namespace. */
  readonly pid: number;
  readonly argv: readonly string[];
}

/** Every process in the pid namespace of `hostPid`, without that one and without the lab's own waiters. */
export function processesInHost(hostPid: number): HostProcess[] {
  const namespace = pidNamespace(hostPid);
  if (namespace === undefined) return [];
  return allPids()
    .filter((pid) => pid !== hostPid && pidNamespace(pid) === namespace)
    .map((pid) => ({ pid, argv: argvOf(pid) }))
    .filter(({ argv }) => argv.length > 0 && !argv.includes(waiterScript));
}

/** A process and its start time, which together are never those of a later process with the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** In clock ticks after boot, from /proc/PID/stat; undefined when there is no such process. */
  readonly startTime: string | undefined;
}

export function identify(pid: number): ProcessIdentity {
  return { pid, startTime: startTimeOf(pid) };
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identity.startTime !== undefined && startTimeOf(identity.pid) === identity.startTime;
}

/** Resolves once the process is gone; what belonged to it is then released. */
export async function waitUntilGone(identity: ProcessIdentity): Promise<void> {
  while (isAlive(identity)) await sleep(5);
}

/** Undefined for a zombie too: it holds nothing any more, and whoever started it may never ask for its exit code. */
function startTimeOf(pid: number): string | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  // The second field is the program's name in parentheses and may hold anything; the fields behind it are plain.
  const [state, ...fields] = stat?.slice(stat.lastIndexOf(")") + 2).split(" ") ?? [];
  return state === "Z" ? undefined : fields[18];
}

function allPids(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^[0-9]+$/.test(name))
    .map(Number);
}

function argvOf(pid: number): string[] {
  return readIfThere(`/proc/${pid}/cmdline`)?.split("\0").slice(0, -1) ?? [];
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // the process ended meanwhile
  }
}

function pidNamespace(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return undefined; // the process ended meanwhile
  }
}
