import { join } from "node:path";
import { enterHost, runToEnd, withDeadline } from "./enter-host.ts";
import { type HostProcess, isAlive, type ProcessIdentity, processesInHost, waitUntilGone } from "./host-processes.ts";
import { type InstancePlan, type LabInstance, plugInstance } from "./instance.ts";
import { CommandFailed, type Place } from "./place.ts";
import { spawnInHost } from "./spawn-in-host.ts";

/** A machine of the lab. Its /tmp and everything installed are those of the real machine; /run, /var/lib, its devices
 *  and its processes are its own. */
export interface LabHost extends Place {
  readonly name: string;
  /** On the underlay; `undefined` for the fabric, which is not on it. */
  readonly address: string | undefined;
  /** Of its pid 1, in the root pid namespace. */
  readonly pid: number;
  /** Holds its log files and its /var/lib; it outlives the host's processes, and ends with the lab. */
  readonly folder: string;
  /** A place in the host's named network namespace, which need not exist yet. */
  netns(name: string): Place;
  isOn(): boolean;
  /** Names of the network namespaces it has now. */
  netnsNames(): Promise<string[]>;
  /** What runs on it now, without its pid 1. */
  processes(): HostProcess[];
  /** Powers an instance on. Two of a host need different names and different first 11 characters of the port id. */
  plugInstance(plan: InstancePlan): Promise<LabInstance>;
  /** Pulls the plug: it is silent from one moment to the next, every process dies at once, every device and namespace goes.
   *  What lies in `folder` stays. */
  powerOff(): Promise<void>;
}

export class HostIsOff extends Error {
  override readonly name = "HostIsOff";
}

export function hostOf(plan: { name: string; address?: string }, pid1: ProcessIdentity, folder: string): LabHost {
  const host: LabHost = {
    ...place(plan.name, pid1, folder, undefined),
    name: plan.name,
    address: plan.address,
    pid: pid1.pid,
    folder,
    isOn: () => isAlive(pid1),
    netns: (name) => place(`${plan.name}/${name}`, pid1, folder, name),
    netnsNames: async () => {
      const listed = JSON.parse((await host.output(["ip", "-json", "netns", "list"])) || "[]") as { name: string }[];
      return listed.map((each) => each.name).sort();
    },
    processes: () => (isAlive(pid1) ? processesInHost(pid1.pid) : []),
    plugInstance: (instance) => plugInstance(host, instance),
    powerOff: async () => {
      if (isAlive(pid1)) {
        await pullCables(pid1);
        process.kill(pid1.pid, "SIGKILL");
      }
      await waitUntilGone(pid1);
    },
  };
  return host;
}

/** The kernel takes a dying namespace's rules before its devices: a router without its translations would reset the
 *  connections that pass it, which no machine without power does. A host that is not wired has no cables, and that is no failure. */
async function pullCables({ pid }: ProcessIdentity): Promise<void> {
  const commands = ["eth0", "eth1"].map((device) => `link set ${device} down\n`);
  await runToEnd(["nsenter", `--target=${pid}`, "--net", "ip", "-force", "-batch", "-"], { input: commands.join("") });
}

function place(title: string, pid1: ProcessIdentity, folder: string, netns: string | undefined): Place {
  const logFolder = join(folder, "log");
  const requireOn = () => {
    if (!isAlive(pid1)) throw new HostIsOff(`${title} is off: its pid 1, ${pid1.pid}, is gone`);
  };
  const run: Place["run"] = async (argv, options) => {
    requireOn();
    return runToEnd(enterHost(pid1.pid, netns, withDeadline(argv, options?.deadlineMs), options?.cwd), options);
  };
  return {
    title,
    logFolder,
    run,
    output: async (argv, options) => {
      const result = await run(argv, options);
      if (result.code !== 0) throw new CommandFailed(title, argv, result);
      return result.stdout;
    },
    spawn: async (argv, options) => {
      requireOn();
      return spawnInHost(pid1.pid, netns, logFolder, argv, options);
    },
  };
}
