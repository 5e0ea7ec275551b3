import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import type { SimulationRequest } from "./program.ts";
import type { SimulatedNodeState } from "./simulated-node.ts";

/** Many nodes' agents, each with its bus connection and its files, on kernels in memory. They share a process for each
 *  processor: on nodes of their own none of them would wait for another. */
export class SimulatedNodes {
  readonly #children: readonly ChildProcess[];
  readonly #folder: string;

  private constructor(children: readonly ChildProcess[], folder: string) {
    this.#children = children;
    this.#folder = folder;
  }

  /** @param nats where they find their bus. */
  static async start(nats: string, count: number): Promise<SimulatedNodes> {
    const folder = await mkdtemp(join(tmpdir(), "rhumbline-nodes-"));
    const program = join(import.meta.dirname, "program.ts");
    const children = shares(count, availableParallelism()).map(({ first, last }) =>
      fork(program, [nats, folder, String(first), String(last)], { execArgv: ["--import", "tsx"], stdio: "inherit" }),
    );
    const nodes = new SimulatedNodes(children, folder);
    await nodes.startAgents();
    return nodes;
  }

  get pids(): number[] {
    return this.#children.flatMap(({ pid }) => pid ?? []);
  }

  startAgents(): Promise<SimulatedNodeState[]> {
    return this.#ask("start");
  }

  /** Their kernels and files stay. */
  stopAgents(): Promise<SimulatedNodeState[]> {
    return this.#ask("stop");
  }

  /** Every kernel forgets all; the agents must be stopped. */
  powerOff(): Promise<SimulatedNodeState[]> {
    return this.#ask("power-off");
  }

  /** In the order of their numbers. */
  states(): Promise<SimulatedNodeState[]> {
    return this.#ask("state");
  }

  async dispose(): Promise<void> {
    const exited = this.#children.map((child) => once(child, "exit"));
    for (const child of this.#children) child.kill("SIGKILL");
    await Promise.all(exited);
    await rm(this.#folder, { recursive: true });
  }

  async #ask(request: SimulationRequest): Promise<SimulatedNodeState[]> {
    return (await Promise.all(this.#children.map((child) => askOne(child, request)))).flat();
  }
}

/** Numbers from 1 to `count` in as many rows of about the same length as there are processes; none is empty. */
function shares(count: number, processes: number): { first: number; last: number }[] {
  const each = Math.ceil(count / Math.min(count, processes));
  const rows = Array.from({ length: Math.ceil(count / each) }, (_, index) => index * each);
  return rows.map((before) => ({ first: before + 1, last: Math.min(before + each, count) }));
}

async function askOne(child: ChildProcess, request: SimulationRequest): Promise<SimulatedNodeState[]> {
  if (!child.connected) throw new Error("a process of the simulated nodes ended");
  child.send(request);
  const [states] = await once(child, "message");
  return states;
}
