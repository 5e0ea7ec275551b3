import { randomUUID } from "node:crypto";
import {
  type Bus,
  manifestDigest,
  type ResourceKey,
  registerNode,
  sendNodeHeartbeat,
  sendNodeReport,
  watchDesired,
} from "@rhumbline/messaging";
import type { DesiredResource, NodeManifest } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import {
  NodeHeartbeat,
  NodeReport,
  type NodeReportReply,
  RegisterNode,
  type RegisterNodeReply,
} from "@rhumbline/proto/rhumbline/agent/v1/report";
import { createLogger } from "@rhumbline/telemetry";

/** A node as the scheduler meets it on the bus, without a kernel: it registers, follows its desired state, and reports
 *  what the test tells it to. */
export class NodeDouble {
  readonly id: string;
  readonly bootId: string;
  readonly incarnation = randomUUID();
  readonly desired = new Map<ResourceKey, DesiredResource>();
  manifest: NodeManifest | undefined;
  /** Messages that came, resets left out. */
  received: string[] = [];
  seq = 0;
  readonly #bus: Bus;
  readonly #stop: () => void;

  constructor(bus: Bus, { id = randomUUID() as string, bootId = randomUUID() as string } = {}) {
    this.id = id;
    this.bootId = bootId;
    this.#bus = bus;
    this.#stop = watchDesired(
      bus,
      this.id,
      {
        reset: () => {
          this.desired.clear();
          this.manifest = undefined;
        },
        resource: (key, value) => {
          this.desired.set(key, value);
          this.received.push(key);
        },
        manifest: (manifest) => {
          this.manifest = manifest;
          this.received.push("manifest");
        },
      },
      createLogger("test", "error"),
    );
  }

  register(mappings: Record<string, string> = { physnet1: "br-ex" }): Promise<RegisterNodeReply> {
    const node = {
      id: this.id,
      name: `host-${this.id.slice(0, 4)}`,
      bridgeMappings: mappings,
      capabilities: ["routers", "vxlan"],
    };
    const { bootId, incarnation } = this;
    return registerNode(this.#bus, this.id, RegisterNode.fromJSON({ node, bootId, incarnation }));
  }

  heartbeat(refusal = ""): void {
    const { incarnation } = this;
    sendNodeHeartbeat(this.#bus, this.id, NodeHeartbeat.fromPartial({ incarnation, refusal }));
  }

  /** Reports all that it holds as realised, or the error given for a key. */
  report(errors: Record<string, string> = {}): Promise<NodeReportReply> {
    this.seq += 1;
    return this.send(this.seq, errors);
  }

  send(seq: number, errors: Record<string, string> = {}): Promise<NodeReportReply> {
    const resources = [...this.desired].map(([key, { position }]) => ({ key, position, error: errors[key] ?? "" }));
    const changes = { position: this.manifest?.position ?? 0, incarnation: this.incarnation, resources };
    const report = NodeReport.fromJSON({ seq, changes, correlationId: "correlation-of-report" });
    return sendNodeReport(this.#bus, this.id, report);
  }

  /** "router.r1", "port.p1 gone": what it holds, in order; undefined while no manifest commits it. */
  committed(): string[] | undefined {
    const live = [...this.desired].filter(([, { resource }]) => resource?.$case !== "gone");
    const digest = manifestDigest(live.map(([key, { position }]) => ({ key, position })));
    if (this.manifest?.digest !== digest) return undefined;
    return [...this.desired].map(([key, { resource }]) => (resource?.$case === "gone" ? `${key} gone` : key)).sort();
  }

  stop(): void {
    this.#stop();
  }
}
