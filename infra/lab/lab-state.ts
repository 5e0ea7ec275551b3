import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { identify, isAlive, type ProcessIdentity } from "./hosts/host-processes.ts";
import type { LabPlan } from "./lab-plan.ts";

/** What a lab's work folder says about it, so that other commands can enter its hosts and end it. */
export interface LabState {
  readonly plan: LabPlan;
  /** The process that the lab lives and dies with. */
  readonly keeper: ProcessIdentity;
  /** Pid 1 of each host by host name, the fabric included; empty until all are wired. */
  readonly pid1ByHost: Readonly<Record<string, ProcessIdentity>>;
}

export class LabAlreadyUp extends Error {
  override readonly name = "LabAlreadyUp";
}

export class NoSuchLab extends Error {
  override readonly name = "NoSuchLab";
}

const prefix = "rhumbline-lab-";

/** Everything of a lab that is a file: its state, and for each host log files and /var/lib. */
export function workFolderOf(labName: string): string {
  return join(tmpdir(), `${prefix}${labName}`);
}

/** Makes the work folder, in which the calling process becomes the keeper. What a dead lab left there goes.
 *  @throws LabAlreadyUp when a living process holds the name. */
export function claimLab(plan: LabPlan): string {
  const folder = workFolderOf(plan.name);
  const held = readState(plan.name);
  if (held !== undefined && isAlive(held.keeper)) {
    throw new LabAlreadyUp(
      `lab ${plan.name} is up already, kept by process ${held.keeper.pid}: end it with lab down --name ${plan.name}`,
    );
  }
  rmSync(folder, { recursive: true, force: true });
  try {
    mkdirSync(folder);
  } catch (error) {
    throw new LabAlreadyUp(`lab ${plan.name} is being started by another process`, { cause: error });
  }
  writeState({ plan, keeper: identify(process.pid), pid1ByHost: {} });
  return folder;
}

/** Replaces the state file whole: a reader finds the old state or the new one, never a part. */
export function writeState(state: LabState): void {
  const file = stateFile(state.plan.name);
  writeFileSync(`${file}.new`, `${JSON.stringify(state, undefined, 2)}\n`);
  renameSync(`${file}.new`, file);
}

/** Undefined when no lab of that name left a state. The keeper may be dead: see `isAlive`. */
export function readState(labName: string): LabState | undefined {
  try {
    return JSON.parse(readFileSync(stateFile(labName), "utf8")) as LabState;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

export function forgetLab(labName: string): void {
  rmSync(workFolderOf(labName), { recursive: true, force: true });
}

/** The states of all labs on this machine, dead ones included. */
export function readAllStates(): LabState[] {
  return readdirSync(tmpdir())
    .filter((entry) => entry.startsWith(prefix))
    .flatMap((entry) => readState(entry.slice(prefix.length)) ?? [])
    .sort((a, b) => a.plan.name.localeCompare(b.plan.name));
}

function stateFile(labName: string): string {
  return join(workFolderOf(labName), "lab.json");
}
