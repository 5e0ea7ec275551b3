import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Lab, type LabHost, type LabInstance, type LabProcess, nodeHosts, startLab } from "@rhumbline/infra/lab";
import type { GetAgentStatusResponse } from "@rhumbline/proto/rhumbline/agent/v1/agent_service";
import { DesiredResource } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { NodeReport } from "@rhumbline/proto/rhumbline/agent/v1/report";
import type { NodeChangesApplied } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { expect } from "vitest";
import { engine } from "../../infra/stack/programs.ts";
import { type DesiredState, sampleId } from "../../services/node-agent/src/kernel/contract/sample-state.ts";
import { processKernel } from "../../services/node-agent/src/kernel/process/process-kernel.ts";
import { objectsOf } from "../../services/node-agent/src/observed/kernel-objects.ts";
import { linesOf } from "../../services/node-agent/src/status/agent-in-memory.ts";
import { appliedPositionIn } from "./applied-position.ts";
import { bundled } from "./bundle.ts";
import { eventually } from "./eventually.ts";
import { expectKernelAsReported } from "./kernel-as-reported/expect-kernel-as-reported.ts";

const repository = join(import.meta.dirname, "../..");
const typescript = ["node", "--import", "tsx"];
const standIn = [...typescript, join(repository, "test/support/scheduler-stand-in.ts")];
const client = [...typescript, join(repository, "test/support/agent-client.ts")];

/** A lab of one node with a real agent, its bus, and a stand-in for the scheduler. */
export interface AgentLab {
  readonly lab: Omit<Lab, "down">;
  readonly node: LabHost;
  /** Starts the agent; one that runs already must have been ended. */
  startAgent(options?: readonly string[]): Promise<LabProcess>;
  /** Publishes desired state; its keys are removed from the node by the next one that lacks them as `gone`. */
  publish(position: number, state: DesiredState): Promise<void>;
  /** Publishes, and waits until the agent has applied it. */
  realise(position: number, state: DesiredState): Promise<void>;
  /** Of the manifest applied last; 0 before any. */
  appliedPosition(): number;
  /** What the log has, in order. */
  reports(): NodeReport[];
  /** Those of them that tell of changes. */
  changes(): NodeChangesApplied[];
  /** Every kernel object of ours, observed anew. */
  standing(): Promise<string[]>;
  /** What the agent answers over gRPC. */
  status(): Promise<GetAgentStatusResponse>;
  /** An instance at 10.0.<networkNumber>.<number>. */
  plugInstance(number: number, networkNumber: number): Promise<LabInstance>;
  /** A file of the agent's data folder. */
  dataFile(name: string): string;
  /** Ends it. Fails where what the log has of the node is not what the kernel's own programs print, unless the test leaves
   *  it so and says why. */
  down(options?: { readonly unlike: string }): Promise<void>;
}

export async function startAgentLab(): Promise<AgentLab> {
  const lab = await startLab({ name: `agent-${randomUUID().slice(0, 8)}`, hosts: nodeHosts("node1") });
  const node = lab.host("node1");
  await node.spawn(["nats-server", "-a", "127.0.0.1", "-js", "-sd", "/var/lib/nats"], { name: "nats" });
  const inbox = await node.spawn([...standIn, "inbox"], { name: "inbox", cwd: repository });
  // As the host sees it: a file system of its own may be mounted there.
  const dataFile = (name: string): string => join("/proc", String(node.pid), "root/var/lib/agent", name);
  const publish = async (position: number, state: DesiredState): Promise<void> => {
    const resources = [...state].map(([key, value]) => [key, DesiredResource.toJSON(value)]);
    const input = JSON.stringify({ logId: "log-a", position, resources });
    const nodeId = readFileSync(dataFile("node-id"), "utf8").trim();
    await node.output([...standIn, "publish", nodeId], { input, cwd: repository });
  };
  const appliedPosition = (): number => appliedPositionIn(dataFile("."));
  const reports = (): NodeReport[] => {
    const lines = readFileSync(inbox.outputFile, "utf8").split("\n").slice(0, -1);
    return lines.map((line) => NodeReport.fromJSON(JSON.parse(line)));
  };
  return {
    lab,
    node,
    startAgent: async (options = []) => {
      const program = ["node", ...engine("node-agent"), await bundled("node-agent")];
      const argv = [...program, "--name", "node1", "--bridge-mapping", "physnet1:br-ex"];
      const tunnel = ["--tunnel-ip", node.address ?? ""];
      const agent = await node.spawn([...argv, ...tunnel, "--data", "/var/lib/agent", ...options], { name: "agent" });
      await eventually(() => expect(existsSync(dataFile("spool"))).toBe(true));
      return agent;
    },
    publish,
    realise: async (position, state) => {
      await publish(position, state);
      await eventually(() => expect(appliedPosition()).toBe(position));
    },
    appliedPosition,
    reports,
    changes: () => reports().flatMap(({ report }) => (report?.$case === "changes" ? [report.value] : [])),
    standing: async () => {
      const programs = { run: (argv: readonly string[], input: string) => node.run(argv, { input }) };
      return linesOf(objectsOf(await processKernel({ ...programs, start: () => undefined }).observe()));
    },
    status: async () => JSON.parse(await node.output([...client, "status"], { cwd: repository })),
    plugInstance: (number, networkNumber) =>
      node.plugInstance({
        name: `instance${number}`,
        portId: sampleId("c", number),
        mac: `fa:16:3e:00:01:${number}`,
        address: `10.0.${networkNumber}.${number}/24`,
        gateway: `10.0.${networkNumber}.1`,
      }),
    dataFile,
    down: async ({ unlike } = { unlike: "" }) => {
      try {
        if (unlike === "") await expectKernelAsReported(node, reports);
      } finally {
        await lab.down();
      }
    },
  };
}
