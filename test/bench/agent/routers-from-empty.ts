import type { HostProcess, LabHost } from "@rhumbline/infra/lab";
import { applyPlan } from "../../../services/node-agent/src/apply/apply-plan.ts";
import { compileDesired } from "../../../services/node-agent/src/desired/compile-desired.ts";
import type { RulesBackend } from "../../../services/node-agent/src/desired/host-facts.ts";
import { sampleHost } from "../../../services/node-agent/src/kernel/contract/sample-state.ts";
import type { ObservedKernel } from "../../../services/node-agent/src/observed/observed-kernel.ts";
import type { Operation } from "../../../services/node-agent/src/plan/operation.ts";
import { plan } from "../../../services/node-agent/src/plan/plan.ts";
import { type KernelLab, startKernelLab } from "../../support/kernel-lab.ts";
import { kernelAtRest } from "../kernel-at-rest.ts";
import type { Row } from "../row.ts";
import { type ClassicWay, classicMs } from "./classic-way.ts";
import { routersState, sizes, withNode } from "./node-with-routers.ts";
import { cpuMs } from "./process-cost.ts";

/** A node's agent may cost as much again as what it has the kernel do, once its code is warm. */
const timesTheFloor = 2;
const warmFrom = 100;
/** Beyond that the classic way takes minutes. */
const mostClassic = 100;

/** Processor time that an agent takes for all routers of an empty node. The floor is the same operations by a program that
 *  neither looks nor plans nor reports; the classic way, those of iptables by a shell's programs. */
export async function routersFromEmpty(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const size of sizes) {
    const floor = await operationsMs(size);
    const [classic, batches] =
      size > mostClassic
        ? []
        : [await classicOperationsMs(size, "processes"), await classicOperationsMs(size, "batches")];
    rows.push({
      ...{ name: "routers from an empty node, processor time", size, unit: "ms", ...(classic && { classic }) },
      ...{ value: await agentMs(size), floor, target: size >= warmFrom ? timesTheFloor * floor : undefined },
    });
    if (batches === undefined) continue;
    rows.push({
      ...{ name: "the same operations by ip -batch and iptables-restore", size, unit: "ms" },
      ...{ value: batches, floor, target: undefined, ...(classic && { classic }) },
    });
  }
  return rows;
}

const classicOperationsMs = (count: number, way: ClassicWay): Promise<number> =>
  withPlan("process", "iptables", count, ({ lab, operations, observed }) => classicMs(lab, operations, observed, way));

function agentMs(count: number): Promise<number> {
  return withNode(async ({ agent, realise }) => {
    const before = cpuMs(agent().pid);
    await realise(count);
    return cpuMs(agent().pid) - before;
  });
}

const operationsMs = (count: number): Promise<number> =>
  withPlan("native", "nftables", count, async ({ lab, operations, observed }) => {
    const room = roomOf(lab.node);
    const before = cpuMs(room.pid);
    const { failures } = await applyPlan(lab.kernel, operations, observed);
    if (failures.length > 0) throw new Error(`not everything could be done: ${failures[0]?.error}`);
    return cpuMs(room.pid) - before;
  });

interface Planned {
  readonly lab: KernelLab;
  readonly operations: readonly Operation[];
  readonly observed: ObservedKernel;
}

/** Has the plan done by which that many routers come to an empty node. */
async function withPlan(
  driver: "native" | "process",
  backend: RulesBackend,
  count: number,
  work: (planned: Planned) => Promise<number>,
): Promise<number> {
  await kernelAtRest();
  const lab = await startKernelLab(driver, { backend });
  try {
    await lab.realise(routersState(0));
    const observed = await lab.kernel.observe();
    const operations = plan(compileDesired(routersState(count), { ...sampleHost, backend }), observed);
    return await work({ lab, operations, observed });
  } finally {
    await lab.lab.down();
  }
}

function roomOf(node: LabHost): HostProcess {
  const isRoom = ({ argv: [program = "", ...rest] }: HostProcess): boolean =>
    program === process.execPath && rest.some((each) => each.includes("native-room"));
  const found = node.processes().find(isRoom);
  if (found === undefined) throw new Error("no process does the operations");
  return found;
}
