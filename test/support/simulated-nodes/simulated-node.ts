import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connectBus } from "@rhumbline/messaging";
import { Node } from "@rhumbline/proto/rhumbline/scheduler/v1/node";
import { createLogger } from "@rhumbline/telemetry";
import { type RunningAgent, runAgent } from "../../../services/node-agent/src/agent.ts";
import { nodeIdIn } from "../../../services/node-agent/src/identity/node-id.ts";
import { sampleHost } from "../../../services/node-agent/src/kernel/contract/sample-state.ts";
import { type FakeKernel, fakeKernel } from "../../../services/node-agent/src/kernel/fake/fake-kernel.ts";
import type { PeerProbes } from "../../../services/node-agent/src/kernel/probe/probe-peers.ts";
import { watchedKernel } from "../../../services/node-agent/src/kernel/watch/watched-kernel.ts";

/** How a simulated node stands. */
export interface SimulatedNodeState {
  readonly name: string;
  readonly nodeId: string;
  /** Of the last manifest applied; 0: none yet. */
  readonly position: number;
  readonly routers: number;
  readonly forwardingEntries: number;
  /** Operations on its kernel since the agent's start. */
  readonly operations: number;
  /** Resources that it could not realise. */
  readonly failed: number;
  /** Reports that the log doesn't have yet. */
  readonly unsent: number;
}

/** The id of the node of that number, counted from 1: known before it starts. */
export const simulatedNodeId = (number: number): string => `00000000-0000-4000-8000-${`${number}`.padStart(12, "0")}`;

/** An agent whole, its bus and its files real, on a kernel in memory whose peers always answer. */
export class SimulatedNode {
  readonly #nats: string;
  readonly #folder: string;
  readonly #name: string;
  readonly #tunnelIp: string;
  #kernel = emptyKernel();
  #agent: RunningAgent | undefined;
  #close: () => Promise<void> = async () => undefined;
  #before = 0;

  constructor(nats: string, folder: string, number: number) {
    this.#nats = nats;
    this.#name = `sim${number}`;
    this.#folder = join(folder, this.#name);
    this.#tunnelIp = `198.18.${number >> 8}.${number & 255}`;
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(join(this.#folder, "node-id"), `${simulatedNodeId(number)}\n`);
  }

  start(): void {
    const nodeId = nodeIdIn(this.#folder);
    const logger = createLogger(this.#name, "error");
    const bus = connectBus({ servers: [this.#nats], name: this.#name, logger });
    const { backend } = sampleHost;
    const versions = { agentVersion: "0.1.0", backend };
    this.#before = this.#kernel.done.length;
    const agent = runAgent({
      who: { nodeId, incarnation: randomUUID(), bootId: nodeId, ...versions },
      node: {
        ...Node.fromPartial({ id: nodeId, name: this.#name, tunnelIp: this.#tunnelIp, underlayMtu: 1500, ...versions }),
        bridgeMappings: { physnet1: "br-ex" },
        capabilities: ["routers", "flat", "local", backend, "vxlan"],
      },
      host: {
        nodeId,
        bridgeMappings: new Map([["physnet1", { kind: "bridge", bridge: "br-ex" }]]),
        tunnelIp: this.#tunnelIp,
        lacks: new Map(),
        dhcp: { leaseSeconds: 86_400, domain: "" },
        backend,
        securityBackend: "nftables",
      },
      data: this.#folder,
      bus,
      kernel: this.#kernel,
      watched: watchedKernel(this.#kernel, (changed) => {
        setImmediate(() => changed("anywhere", "others"));
        return { listening: true, ready: Promise.resolve(), lookAt: () => undefined, stop: () => undefined };
      }),
      probes: answeringPeers(),
      readLeases: async () => "",
      resyncMs: 300_000,
      logger,
    });
    this.#agent = agent;
    this.#close = async () => {
      await agent.stop();
      await bus.close();
    };
  }

  /** The agent ends; kernel and files stay. */
  async stop(): Promise<void> {
    const close = this.#close;
    this.#agent = undefined;
    await close();
  }

  /** As after a power-off: the kernel forgets all. The agent must be stopped. */
  powerOff(): void {
    this.#kernel = emptyKernel();
  }

  async state(): Promise<SimulatedNodeState> {
    const { namespaces, forwarding } = await this.#kernel.observe();
    const status = this.#agent?.diagnosis.status();
    return {
      name: this.#name,
      nodeId: nodeIdIn(this.#folder),
      position: status?.appliedPosition ?? 0,
      routers: [...namespaces.keys()].filter((name) => name.startsWith("qrouter-")).length,
      forwardingEntries: [...forwarding.values()].reduce((sum, { destinations }) => sum + destinations.size, 0),
      operations: this.#kernel.done.length - this.#before,
      failed: this.#agent?.schedule.failed.size ?? 0,
      unsent: status?.spooledReports ?? 0,
    };
  }
}

function emptyKernel(): FakeKernel {
  const kernel = fakeKernel();
  kernel.addLink({ name: "br-ex", kind: "bridge" });
  return kernel;
}

function answeringPeers(): PeerProbes {
  let peers: readonly { nodeId: string }[] = [];
  return {
    probe: (wanted) => {
      peers = wanted;
    },
    onAsked: () => undefined,
    silences: () => peers.map(({ nodeId }) => ({ nodeId, silentMs: 0 })),
    stop: () => undefined,
  };
}
