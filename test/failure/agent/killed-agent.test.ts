import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import {
  type Lab,
  type LabHost,
  type LabProcess,
  monitorKernelWrites,
  nodeHosts,
  startLab,
} from "@rhumbline/infra/lab";
import { DesiredResource } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { NodeReport } from "@rhumbline/proto/rhumbline/agent/v1/report";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type DesiredState,
  desiredState,
  externalNetwork,
  gone,
  router,
  tenantNetwork,
} from "../../../services/node-agent/src/kernel/contract/sample-state.ts";
import { processKernel } from "../../../services/node-agent/src/kernel/process/process-kernel.ts";
import { objectsOf } from "../../../services/node-agent/src/observed/kernel-objects.ts";
import type { ObservedKernel } from "../../../services/node-agent/src/observed/observed-kernel.ts";
import { foldOf, linesOf } from "../../../services/node-agent/src/status/agent-in-memory.ts";
import { appliedPositionIn } from "../../support/applied-position.ts";
import { bundled } from "../../support/bundle.ts";
import { eventually } from "../../support/eventually.ts";
import { expectKernelAsReported } from "../../support/kernel-as-reported/expect-kernel-as-reported.ts";
import { requiresRoot } from "../../support/requires-root.ts";

const repository = join(import.meta.dirname, "../../..");
const standIn = ["node", "--import", "tsx", join(repository, "test/support/scheduler-stand-in.ts")];
const rounds = 12;

describe("an agent that is killed while it works", requiresRoot, () => {
  let lab: Lab;
  let node: LabHost;
  let agent: LabProcess;
  let inbox: LabProcess;
  let starts = 0;

  beforeAll(async () => {
    lab = await startLab({ name: `killed-${randomUUID().slice(0, 8)}`, hosts: nodeHosts("node1") });
    node = lab.host("node1");
    await node.spawn(["nats-server", "-a", "127.0.0.1", "-js", "-sd", "/var/lib/nats"], { name: "nats" });
    inbox = await node.spawn([...standIn, "inbox"], { name: "inbox", cwd: repository });
  });
  afterAll(async () => {
    try {
      await expectKernelAsReported(node, reports);
    } finally {
      await lab.down();
    }
  });

  test("closes its plan by what it observes, tells every change, and ends where an undisturbed one would", async () => {
    const first = [externalNetwork(), tenantNetwork(1), router(1, [1])] as const;
    const second = [
      externalNetwork(),
      tenantNetwork(1),
      router(1, [1], { enableSnat: false }),
      router(2, [1]),
    ] as const;
    await startAgent();
    let closedPlans = 0;
    for (let round = 1; round <= rounds; round += 1) {
      const state = round % 2 === 1 ? desiredState(...first, gone(router(2, [1])[0])) : desiredState(...second);
      const published = publish(round * 10, state);
      await untilPlanned(plansSpooled());
      await pause(round * 4);
      agent.kill("SIGKILL");
      await agent.exited;
      if (hasOpenPlan()) closedPlans += 1;
      await published;
      await startAgent();
      await eventually(() => expect(appliedPosition()).toBe(round * 10));
      const standing = linesOf(objectsOf(await observe()));
      await eventually(() => expect(foldOf(reports())).toEqual(standing));
      await expectKernelAsReported(node, reports);
      const namespaces = round % 2 === 1 ? 1 : 2;
      expect(await node.netnsNames()).toHaveLength(namespaces);
    }
    expect(closedPlans).toBeGreaterThan(0);
    expect(reports().map(({ seq }) => seq)).toEqual(Array.from(reports(), (_, index) => index + 1));
  });

  test("a restart against an unchanged world writes nothing to the kernel", async () => {
    await eventually(() => expect(reports().filter(({ report }) => report?.$case === "started")).toHaveLength(starts));
    const told = reports().length;
    agent.kill("SIGKILL");
    await agent.exited;
    const monitor = await monitorKernelWrites(node);
    await startAgent();
    await eventually(() => expect(reports().length).toBe(told + 1));
    await pause(3000);
    expect(await monitor.stop()).toEqual([]);
    expect(
      reports()
        .slice(told)
        .map(({ report }) => report?.$case),
    ).toEqual(["started"]);
  });

  async function startAgent(): Promise<void> {
    starts += 1;
    const argv = ["node", await bundled("node-agent"), "--name", "node1", "--bridge-mapping", "physnet1:br-ex"];
    const place = ["--tunnel-ip", node.address ?? "", "--data", "/var/lib/agent"];
    agent = await node.spawn([...argv, ...place], { name: "agent" });
    await eventually(() => expect(existsSync(dataFile("spool"))).toBe(true));
  }

  async function publish(position: number, state: DesiredState): Promise<void> {
    const resources = [...state].map(([key, value]) => [key, DesiredResource.toJSON(value)]);
    const nodeId = readFileSync(dataFile("node-id"), "utf8").trim();
    const input = JSON.stringify({ logId: "log-a", position, resources });
    await node.output([...standIn, "publish", nodeId], { input, cwd: repository });
  }

  function observe(): Promise<ObservedKernel> {
    return processKernel({ run: (argv, input) => node.run(argv, { input }), start: () => undefined }).observe();
  }

  function reports(): NodeReport[] {
    const lines = readFileSync(inbox.outputFile, "utf8").split("\n").slice(0, -1);
    return lines.map((line) => NodeReport.fromJSON(JSON.parse(line)));
  }

  function spooledKinds(): string[] {
    const lines = readFileSync(dataFile("spool"), "utf8").split("\n").slice(0, -1);
    return lines
      .map((line) => line.slice(9))
      .map((json) => `${/"kind":"(\w+)"/.exec(json)?.[1]} ${/"endsPlan":(\w+)/.exec(json)?.[1]}`);
  }

  function plansSpooled(): number {
    return spooledKinds().filter((kind) => kind.startsWith("plan")).length;
  }

  /** Looks often: the plan is to be caught before its end. */
  async function untilPlanned(before: number): Promise<void> {
    const deadline = Date.now() + 60_000;
    while (plansSpooled() === before) {
      if (Date.now() > deadline) throw new Error("the agent planned nothing");
      await pause(2);
    }
  }

  function hasOpenPlan(): boolean {
    const kinds = spooledKinds();
    return kinds.findLastIndex((kind) => kind.startsWith("plan")) > kinds.lastIndexOf("reports true");
  }

  function appliedPosition(): number {
    return appliedPositionIn(dataFile("."));
  }

  function dataFile(name: string): string {
    return join(node.folder, "var-lib/agent", name);
  }
});
