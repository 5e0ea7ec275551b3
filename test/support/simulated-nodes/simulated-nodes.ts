import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SimulationRequest } from "./program.ts";
import type { SimulatedNodeState } from "./simulated-node.ts";

/** Many nodes' agents in one process of their own, each with its bus connection and its files, on kernels in memory. */
export class SimulatedNodes {
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
  }

  /** @param nats where they find their bus. */
  static async start(nats: string, count: number): Promise<SimulatedNodes> {
    const folder = await mkdtemp(join(tmpdir(), "rhumbline-nodes-"));
    const program = join(import.meta.dirname, "program.ts");
    const child = fork(program, [nats, folder, String(count)], {
      execArgv: ["--import", "tsx"],
      stdio: "inherit",
    });
    const nodes = new SimulatedNodes(child, folder);
    await nodes.startAgents();
    return nodes;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
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

  states(): Promise<SimulatedNodeState[]> {
    return this.#ask("state");
  }

  async dispose(): Promise<void> {
    const exited = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exited;
    await rm(this.#folder, { recursive: true });
  }

  async #ask(request: SimulationRequest): Promise<SimulatedNodeState[]> {
    if (!this.#child.connected) throw new Error("the simulated nodes' process ended");
    this.#child.send(request);
    const [states] = await once(this.#child, "message");
    return states;
  }
}
