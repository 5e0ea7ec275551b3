import { join } from "node:path";
import { enterHost, runToEnd, withDeadline } from "./enter-host.ts";
import { type HostProcess, processesInHost, waitUntilGone } from "./host-processes.ts";
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
  /** Log files of the programs it ran, and its /var/lib. */
  readonly folder: string;
  /** A place in the host's named network namespace, which need not exist yet. */
  netns(name: string): Place;
  /** Names of the network namespaces it has now. */
  netnsNames(): Promise<string[]>;
  /** What runs on it now, without its pid 1. */
  processes(): HostProcess[];
  plugInstance(plan: InstancePlan): Promise<LabInstance>;
  /** Pulls the plug: every process dies at once, every device and namespace goes. What lies in `folder` stays. */
  powerOff(): Promise<void>;
}

export function hostOf(plan: { name: string; address?: string }, pid: number, folder: string): LabHost {
  const host: LabHost = {
    ...place(plan.name, pid, folder, undefined),
    name: plan.name,
    address: plan.address,
    pid,
    folder,
    netns: (name) => place(`${plan.name}/${name}`, pid, folder, name),
    netnsNames: async () => {
      const listed = JSON.parse((await host.output(["ip", "-json", "netns", "list"])) || "[]") as { name: string }[];
      return listed.map((each) => each.name).sort();
    },
    processes: () => processesInHost(pid),
    plugInstance: (instance) => plugInstance(host, instance),
    powerOff: async () => {
      try {
        process.kill(pid, "SIGKILL");
      } catch (error) {
        if (!isGone(error)) throw error;
      }
      await waitUntilGone(pid);
    },
  };
  return host;
}

function place(title: string, pid: number, folder: string, netns: string | undefined): Place {
  const run: Place["run"] = (argv, options) =>
    runToEnd(enterHost(pid, netns, withDeadline(argv, options?.deadlineMs), options?.cwd), options);
  return {
    title,
    run,
    output: async (argv, options) => {
      const result = await run(argv, options);
      if (result.code !== 0) throw new CommandFailed(title, argv, result);
      return result.stdout;
    },
    spawn: (argv, options) => spawnInHost(pid, netns, join(folder, "log"), argv, options),
  };
}

function isGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ESRCH";
}
