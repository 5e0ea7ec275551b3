import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hostOf, type LabHost } from "./hosts/host.ts";
import { identify, isAlive, waitUntilGone } from "./hosts/host-processes.ts";
import type { Place } from "./hosts/place.ts";
import { powerOn } from "./hosts/power-on.ts";
import { externalNetwork, type LabPlan, requireValidPlan } from "./lab-plan.ts";
import { claimLab, forgetLab, type LabState, NoSuchLab, readState, workFolderOf, writeState } from "./lab-state.ts";
import { requireLabCanRun } from "./requirements.ts";
import { internetNamespace, providerNamespace, wireFabric } from "./wiring/fabric.ts";
import { plugHost } from "./wiring/plug-host.ts";

/** Hosts on one machine, wired to each other and to a small world outside. */
export interface Lab {
  readonly name: string;
  /** Below it each host's folder: log files and /var/lib. */
  readonly workFolder: string;
  /** As planned; the fabric is not among them. */
  readonly hosts: readonly LabHost[];
  /** The host of the bridges that stand for switches. */
  readonly fabric: LabHost;
  /** The router at the external network's gateway address, 203.0.113.1. */
  readonly provider: Place;
  /** 198.18.200.1, one hop behind the provider: what lies outside. */
  readonly internet: Place;
  /** @throws RangeError for a host that the plan does not have. */
  host(name: string): LabHost;
  /** Powers everything off and deletes the work folder. */
  down(): Promise<void>;
}

const fabricName = "fabric";

/** Starts a lab that lives as long as the calling process: when that ends, even by SIGKILL, so does every process,
 *  device and namespace of the lab. `log` gets a line a step.
 *  @throws InvalidLabPlan, LabAlreadyUp, LabCannotRun. */
export async function startLab(plan: LabPlan, log: (line: string) => void = () => undefined): Promise<Lab> {
  requireValidPlan(plan);
  requireLabCanRun();
  const workFolder = claimLab(plan);
  const started: LabHost[] = [];
  try {
    await startHosts(plan, workFolder, started, log);
    const pid1ByHost = Object.fromEntries(started.map((host) => [host.name, identify(host.pid)]));
    const state: LabState = { plan, keeper: identify(process.pid), pid1ByHost };
    writeState(state);
    return labOf(state, () => powerOffAll(started));
  } catch (error) {
    await powerOffAll(started);
    forgetLab(plan.name);
    throw error;
  }
}

/** Adds each host to `started` once it lives, so that the caller knows what to end when a later step fails. */
async function startHosts(
  plan: LabPlan,
  workFolder: string,
  started: LabHost[],
  log: (line: string) => void,
): Promise<void> {
  const hostsFile = join(workFolder, "hosts");
  writeFileSync(hostsFile, etcHosts(plan));
  const start = async (host: { name: string; address?: string }): Promise<LabHost> => {
    const folder = hostFolder(workFolder, host.name);
    mkdirSync(folder);
    const running = hostOf(host, identify(await powerOn(host.name, folder, hostsFile)), folder);
    started.push(running);
    return running;
  };
  const fabric = await start({ name: fabricName });
  await wireFabric(fabric, plan.dualStack ?? false);
  log(`fabric: underlay and external network, provider and internet (pid ${fabric.pid})`);
  for (const host of plan.hosts) {
    const running = await start(host);
    await plugHost(fabric, running, host);
    const external = host.external ? `, ${externalNetwork.bridge} on the external network` : "";
    log(`${host.name}: ${host.address}${external} (pid ${running.pid})`);
  }
}

/** A lab that another process keeps. Its `down` ends that process.
 *  @throws NoSuchLab when there is none of that name, or its keeper died, or it is still being started. */
export function openLab(name: string): Lab {
  const state = readState(name);
  if (state === undefined || !isAlive(state.keeper))
    throw new NoSuchLab(`lab ${name} is not up: start it with lab up --name ${name}`);
  if (state.pid1ByHost[fabricName] === undefined) throw new NoSuchLab(`lab ${name} is still being started`);
  return labOf(state, () => endKeeper(state));
}

/** Ends whatever lab has that name, complete or not, and deletes its work folder.
 *  @returns whether there was anything to end or delete. */
export async function endLab(name: string): Promise<boolean> {
  const state = readState(name);
  if (state === undefined) return false;
  if (isAlive(state.keeper)) await endKeeper(state);
  forgetLab(name);
  return true;
}

function labOf(state: LabState, end: () => Promise<void>): Lab {
  const { name } = state.plan;
  const workFolder = workFolderOf(name);
  const existing = (host: { name: string; address?: string }): LabHost => {
    const pid1 = state.pid1ByHost[host.name];
    if (pid1 === undefined) throw new RangeError(`lab ${name} has no host ${host.name}`);
    return hostOf(host, pid1, hostFolder(workFolder, host.name));
  };
  const fabric = existing({ name: fabricName });
  const hosts = state.plan.hosts.map(existing);
  return {
    name,
    workFolder,
    hosts,
    fabric,
    provider: fabric.netns(providerNamespace),
    internet: fabric.netns(internetNamespace),
    host: (hostName) => {
      const found = hosts.find((host) => host.name === hostName);
      if (found !== undefined) return found;
      throw new RangeError(`lab ${name} has no host ${hostName}: it has ${hosts.map((host) => host.name).join(", ")}`);
    },
    down: async () => {
      await end();
      forgetLab(name);
    },
  };
}

async function powerOffAll(hosts: readonly LabHost[]): Promise<void> {
  await Promise.all(hosts.map((host) => host.powerOff()));
}

/** The kernel takes the hosts with their keeper, however it ends. */
async function endKeeper(state: LabState): Promise<void> {
  process.kill(state.keeper.pid, "SIGKILL");
  await Promise.all([state.keeper, ...Object.values(state.pid1ByHost)].map(waitUntilGone));
}

function hostFolder(workFolder: string, hostName: string): string {
  return join(workFolder, hostName);
}

function etcHosts(plan: LabPlan): string {
  const lines = plan.hosts.map(({ address, name }) => `${address} ${name}`);
  return ["127.0.0.1 localhost", ...lines, ""].join("\n");
}
