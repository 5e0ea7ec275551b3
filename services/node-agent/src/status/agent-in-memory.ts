import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { ResourceKey } from "@rhumbline/messaging";
import type { DesiredResource } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import type { NodeReport } from "@rhumbline/proto/rhumbline/agent/v1/report";
import type {
  KernelChange,
  NodeChangesApplied,
  Trigger,
} from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { createLogger } from "@rhumbline/telemetry";
import type { DesiredState } from "../feed/desired-state.ts";
import { sampleHost } from "../kernel/contract/sample-state.ts";
import { type FakeKernel, fakeKernel } from "../kernel/fake/fake-kernel.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { OwnChanges } from "../kernel/watch/remembering-kernel.ts";
import type { ObservedKernel } from "../observed/observed-kernel.ts";
import type { Operation } from "../plan/operation.ts";
import { planningAhead } from "../plan/plan-ahead.ts";
import { type PassResult, reconcile } from "../reconcile.ts";
import { NodeReporter } from "../report/node-reporter.ts";
import { RepeatedDrift } from "../report/repeated-drift.ts";
import { ReportedObjects } from "../report/reported-objects.ts";
import { Spool } from "../report/spool.ts";

/** The agent without its bus, for tests: what `agent.ts` wires, on any kernel, with a clock that is moved by hand. */
export interface AgentInMemory {
  readonly spool: Spool;
  readonly reporter: NodeReporter;
  /** How each pass went by what was done before. */
  readonly looks: readonly OwnChanges[];
  /** @param coming desired from when the kernel was read on. */
  apply(state: DesiredState, trigger: Trigger, coming?: DesiredState): Promise<PassResult>;
  elapse(ms: number): void;
}

export function startAgent(
  folder: string,
  kernel: Kernel,
  { bootId = "boot-1", spoolBytes = 1024 * 1024 } = {},
): AgentInMemory {
  const { spool } = Spool.open(join(folder, "spool"), spoolBytes);
  const { nodeId, backend } = sampleHost;
  const who = { nodeId, incarnation: randomUUID(), bootId, agentVersion: "1", backend };
  const reporter = new NodeReporter(folder, who, spool);
  reporter.started();
  const looks: OwnChanges[] = [];
  let nowMs = 0;
  let newest: DesiredState | undefined;
  const doors = () => "as desired" as const;
  const logger = createLogger("test", "error");
  const parts = {
    kernel: {
      ...kernel,
      observe: (_: unknown, own: OwnChanges) => {
        looks.push(own);
        return kernel.observe();
      },
      done: () => undefined,
      expected: (after: ObservedKernel) => after,
    },
    ahead: planningAhead({ host: sampleHost, doors }, () => newest?.resources),
    host: sampleHost,
    doors,
    reporter,
    drift: new RepeatedDrift(() => undefined),
    logger,
    now: () => nowMs,
  };
  return {
    spool,
    reporter,
    looks,
    apply: async (state, trigger, coming = state) => {
      newest = coming;
      return (await reconcile(parts, { newest: state, kept: async () => state }, trigger)) ?? new Map();
    },
    elapse: (ms) => {
      nowMs += ms;
    },
  };
}

/** A kernel with the operator's external bridge. */
export function hostKernel(): FakeKernel {
  const kernel = fakeKernel();
  kernel.addLink({ name: "br-ex", kind: "bridge" });
  return kernel;
}

/** After so many operations the process is as good as killed: nothing comes back any more. */
export function dyingAfter(operations: number, kernel: Kernel): { kernel: Kernel; died: Promise<void> } {
  let left = operations;
  let die: () => void = () => undefined;
  const died = new Promise<void>((resolve) => {
    die = resolve;
  });
  const execute: Kernel["execute"] = async (batch) => {
    const last = await kernel.execute(batch.slice(0, left));
    left -= last.done;
    if (last.error !== undefined || last.done === batch.length) return last;
    die();
    return new Promise(() => undefined);
  };
  return { kernel: { ...kernel, execute }, died };
}

/** Refuses every operation of a kind with these words. */
export function refusing(kind: Operation["kind"], words: string, kernel: Kernel): Kernel {
  const batchName: Kernel["batchName"] = (operation) => `${operation.kind === kind} ${kernel.batchName(operation)}`;
  const execute: Kernel["execute"] = async (batch) =>
    batch[0]?.kind === kind ? { done: 0, error: words } : kernel.execute(batch);
  return { ...kernel, batchName, execute };
}

/** Entries of sample state as one manifest commits them, each last changed at its position. */
export function committed(position: number, ...entries: readonly (readonly [string, DesiredResource])[]): DesiredState {
  const resources = entries.map(([key, value]) => [key as ResourceKey, { ...value, position }] as const);
  return { version: { logId: "log-a", epoch: 1, position }, causation: undefined, resources: new Map(resources) };
}

export function changesIn(report: NodeReport | undefined): NodeChangesApplied {
  if (report?.report?.$case !== "changes") throw new Error(`expected changes, got ${report?.report?.$case}`);
  return report.report.value;
}

/** What the log would know of the kernel after these reports, and nothing else, as sorted lines. */
export function foldOf(reports: readonly NodeReport[]): string[] {
  let objects = ReportedObjects.none;
  for (const { report } of reports) {
    if (report?.$case === "lost") objects = ReportedObjects.none.with(report.value.observed);
    if (report?.$case === "changes") objects = objects.with(report.value.operations.flatMap(({ changes }) => changes));
  }
  return linesOf(objects.all);
}

export function linesOf(objects: readonly KernelChange[]): string[] {
  return objects.map(({ netns, kind, key, value }) => `${netns} ${kind} ${key} ${value}`).sort();
}
