import { expect } from "vitest";
import { applyPlan } from "../../apply/apply-plan.ts";
import { compileDesired } from "../../desired/compile-desired.ts";
import type { Operation } from "../../plan/operation.ts";
import { plan } from "../../plan/plan.ts";
import { printOperation } from "../../plan/print-operation.ts";
import { type DesiredState, sampleHost } from "../contract/sample-state.ts";
import { type FakeKernel, fakeKernel } from "./fake-kernel.ts";

/** A host with an operator's bridge br-ex, where all of it stands. */
export async function standing(wanted: DesiredState): Promise<FakeKernel> {
  const kernel = fakeKernel();
  kernel.addLink({ name: "br-ex", kind: "bridge" });
  const observed = await kernel.observe();
  const { failures } = await applyPlan(kernel, await planFor(kernel, wanted), observed);
  expect(failures).toEqual([]);
  return kernel;
}

export async function planFor(kernel: FakeKernel, wanted: DesiredState): Promise<readonly Operation[]> {
  return plan(compileDesired(wanted, sampleHost), await kernel.observe());
}

/** Of devices: what filters them is told elsewhere. */
export async function planText(kernel: FakeKernel, wanted: DesiredState): Promise<string[]> {
  const operations = await planFor(kernel, wanted);
  return operations.map(printOperation).filter((text) => !/^(change filter|delete connections)/.test(text));
}
