import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Trigger } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { afterEach, beforeEach, expect, test } from "vitest";
import { externalNetwork, router, tenantNetwork } from "./kernel/contract/sample-state.ts";
import { objectsOf } from "./observed/kernel-objects.ts";
import {
  type AgentInMemory,
  changesIn,
  committed,
  dyingAfter,
  foldOf,
  hostKernel,
  linesOf,
  startAgent,
} from "./status/agent-in-memory.ts";

const routed = [externalNetwork(), tenantNetwork(1), router(1, [1])] as const;
const wanted = committed(10, ...routed);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rhumbline-recovery-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("an agent killed between any two operations: its successor closes the plan by what it observes, and ends in the same state", async () => {
  const undisturbed = hostKernel();
  await startAgent(ownFolder(), undisturbed).apply(wanted, Trigger.DESIRED);
  const end = linesOf(objectsOf(await undisturbed.observe()));

  for (let done = 0; done < undisturbed.done.length; done += 1) {
    const kernel = hostKernel();
    const disk = await killedAfter(done, kernel);
    const agent = startAgent(disk, kernel);
    expect(agent.reporter.openPlan).toBeDefined();
    await agent.apply(wanted, Trigger.START);

    expect(linesOf(objectsOf(await kernel.observe()))).toEqual(end);
    expect(foldOf(agent.spool.pending)).toEqual(end);
    expect(agent.reporter.openPlan).toBeUndefined();
  }
}, 120_000);

test("of a plan that was cut off, what stands is reported as observed and the rest as failed", async () => {
  const kernel = hostKernel();
  const agent = startAgent(await killedAfter(3, kernel), kernel);
  await agent.apply(wanted, Trigger.START);
  const closing = agent.spool.pending.map(({ report }) => report).find((report) => report?.$case === "changes");
  const outcomes = closing?.value.operations.map(({ outcome }) => outcome) ?? [];
  expect(closing?.value.trigger).toBe(Trigger.START);
  expect(outcomes.slice(0, 3)).toEqual(Array(3).fill("OPERATION_OUTCOME_OBSERVED"));
  expect(outcomes).toContain("OPERATION_OUTCOME_FAILED");
});

test("a plan that was cut off after its last operation announces its addresses once more", async () => {
  const kernel = hostKernel();
  const disk = await killedAfterLast(kernel);
  const announced = kernel.done.filter(({ kind }) => kind === "announce").length;
  const agent = startAgent(disk, kernel);
  await agent.apply(wanted, Trigger.START);
  expect(kernel.done.filter(({ kind }) => kind === "announce").length).toBe(announced * 2);
  expect(kernel.done.at(-1)?.kind).toBe("announce");
});

test("reports that had no room are made up for by the whole state as soon as there is room", async () => {
  const kernel = hostKernel();
  const disk = ownFolder();
  const cramped = startAgent(disk, kernel, { spoolBytes: 40_000 });
  let last = wanted;
  for (let number = 1; cramped.spool.lost === undefined; number += 1) {
    last = committed(number * 10, ...routed.slice(0, 2), router(number, [1]));
    await cramped.apply(last, Trigger.DESIRED);
  }
  const { fromSeq } = cramped.spool.lost;
  const agent = startAgent(disk, kernel);
  agent.spool.acknowledge(fromSeq - 1);
  await agent.apply(last, Trigger.START);
  expect(toldBy(agent)).toEqual(["started", "lost", "changes"]);
  expect(agent.spool.pending[0]?.seq).toBe(fromSeq);
  expect(foldOf(agent.spool.pending)).toEqual(linesOf(objectsOf(await kernel.observe())));
  expect(changesIn(agent.spool.pending.at(-1)).resources.length).toBeGreaterThan(0);
});

test("a log that lost its newest events is told of the start and of the whole state anew", async () => {
  const kernel = hostKernel();
  const agent = startAgent(ownFolder(), kernel);
  await agent.apply(wanted, Trigger.DESIRED);
  agent.spool.acknowledge(agent.spool.nextSeq - 1);
  agent.reporter.startOver(0);
  await agent.apply(wanted, Trigger.RETRY);
  expect(toldBy(agent)).toEqual(["started", "lost", "changes"]);
  expect(agent.spool.pending.map(({ seq }) => seq)[0]).toBe(1);
  expect(foldOf(agent.spool.pending)).toEqual(linesOf(objectsOf(await kernel.observe())));
  expect(changesIn(agent.spool.pending.at(-1)).resources.length).toBe(wanted.resources.size);
});

function ownFolder(): string {
  return mkdtempSync(join(folder, "agent-"));
}

/** @returns a copy of the agent's disk as kill -9 leaves it. */
async function killedAfter(operations: number, kernel: ReturnType<typeof hostKernel>): Promise<string> {
  const disk = ownFolder();
  const { kernel: dying, died } = dyingAfter(operations, kernel);
  void startAgent(disk, dying).apply(wanted, Trigger.DESIRED);
  await died;
  cpSync(disk, `${disk}-as-left`, { recursive: true });
  return `${disk}-as-left`;
}

async function killedAfterLast(kernel: ReturnType<typeof hostKernel>): Promise<string> {
  const disk = ownFolder();
  const agent = startAgent(disk, kernel);
  const reported = agent.spool.outcome.bind(agent.spool);
  let asLeft = "";
  agent.spool.outcome = (reports) => {
    cpSync(disk, `${disk}-as-left`, { recursive: true });
    asLeft = `${disk}-as-left`;
    return reported(reports);
  };
  await agent.apply(wanted, Trigger.DESIRED);
  return asLeft;
}

function toldBy(agent: AgentInMemory): (string | undefined)[] {
  return agent.spool.pending.map(({ report }) => report?.$case);
}
