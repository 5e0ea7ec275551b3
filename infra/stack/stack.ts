import { type CommandResult, type Lab, type LabProcess, patience } from "@rhumbline/infra/lab";
import type { Program } from "./programs.ts";

/** An installation of Rhumbline in a lab: its processes, and `rhumb` to use it. */
export interface Stack {
  readonly programs: readonly Program[];
  /** Starts those that don't run.
   *  @param options.env besides their own. */
  start(names?: readonly string[], options?: { env: Readonly<Record<string, string>> }): Promise<void>;
  /** Ends those at once, without a word, and waits until they are gone. */
  kill(names?: readonly string[], signal?: NodeJS.Signals): Promise<void>;
  process(name: string): LabProcess | undefined;
  /** Runs a command of rhumb on the control host. */
  rhumb(...args: readonly string[]): Promise<CommandResult>;
  /** The same with `-o json`; @throws when it fails. */
  json<T>(...args: readonly string[]): Promise<T>;
  /** Waits until the control plane serves and so many nodes were heard since the last start of a program: those that were
   *  killed count as alive for a while.
   *  @throws when that takes longer than the deadline. */
  ready(nodes: number, deadlineMs?: number): Promise<void>;
}

interface ListedNodes {
  readonly nodes?: readonly { alive?: boolean; liveness?: { heartbeatAgeMs?: string } }[];
}

export function stackIn(lab: Lab, controlHost: string, programs: readonly Program[]): Stack {
  const running = new Map<string, LabProcess>();
  let lastStart = performance.now();
  const selected = (names?: readonly string[]): Program[] =>
    programs.filter(({ name }) => names === undefined || names.includes(name));

  const rhumb = (...args: readonly string[]): Promise<CommandResult> => lab.host(controlHost).run(["rhumb", ...args]);

  const json = async <T>(...args: readonly string[]): Promise<T> => {
    const { code, stdout, stderr } = await rhumb(...args, "-o", "json");
    if (code !== 0) throw new Error(`rhumb ${args.join(" ")} ended with ${code}: ${stderr.trim()}`);
    return JSON.parse(stdout) as T;
  };

  return {
    programs,
    process: (name) => running.get(name),
    async start(names, options) {
      for (const { name, host, argv, env } of selected(names)) {
        if (running.has(name)) continue;
        lastStart = performance.now();
        const started = await lab.host(host).spawn(argv, { name, env: { ...env, ...options?.env } });
        running.set(name, started);
        void started.exited.then(() => {
          if (running.get(name) === started) running.delete(name);
        });
      }
    },
    async kill(names, signal = "SIGKILL") {
      const ending = selected(names).flatMap(({ name }) => running.get(name) ?? []);
      for (const process of ending) process.kill(signal);
      await Promise.all(ending.map(({ exited }) => exited));
    },
    rhumb,
    json,
    async ready(nodes, deadlineMs = 60_000) {
      const until = Date.now() + deadlineMs * patience;
      for (let last = ""; Date.now() < until; ) {
        const started = performance.now() - lastStart;
        const { code, stdout, stderr } = await rhumb("node", "list", "-o", "json");
        const listed = code === 0 ? (JSON.parse(stdout) as ListedNodes).nodes : undefined;
        const heard =
          listed?.filter(({ alive, liveness }) => alive && Number(liveness?.heartbeatAgeMs) < started) ?? [];
        if (heard.length >= nodes) return;
        last = stderr.trim() || `${heard.length} of ${nodes} nodes are alive`;
        await new Promise((resolve) => setTimeout(resolve, 200));
        if (Date.now() >= until) throw new Error(`the installation is not ready: ${last}`);
      }
    },
  };
}
