import { setImmediate } from "node:timers/promises";
import { OperationOutcome } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { describe, expect, test } from "vitest";
import { compileDesired } from "../desired/compile-desired.ts";
import {
  desiredState,
  externalNetwork,
  floatingIp,
  router,
  sampleHost,
  sampleId,
  tenantNetwork,
} from "../kernel/contract/sample-state.ts";
import { type FakeKernel, fakeKernel } from "../kernel/fake/fake-kernel.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { ObservedKernel } from "../observed/observed-kernel.ts";
import type { Operation } from "../plan/operation.ts";
import { plan } from "../plan/plan.ts";
import { printOperation } from "../plan/print-operation.ts";
import { resourceStates } from "../plan/resource-states.ts";
import { applyPlan } from "./apply-plan.ts";

const state = desiredState(
  externalNetwork(),
  tenantNetwork(1),
  router(1, [1]),
  router(2, []),
  floatingIp(1, 1, "10.0.1.11"),
);
const first = `qrouter-${sampleId("a", 1)}`;

test("what a failed operation would have made is missed by those that need it, and by no others", async () => {
  const kernel = hostWithBridge();
  // Somebody else's device has the name of the first router's gateway port.
  kernel.addLink({ name: "tapd0000001-00" });
  const { executed, failures } = await realise(kernel);
  const fileExists = "RTNETLINK answers: File exists";
  expect(failures.map(({ error }) => error)).toEqual(failures.map(() => fileExists));
  expect(
    executed.filter(({ outcome }) => outcome !== OperationOutcome.DONE).map(({ text, outcome }) => [text, outcome]),
  ).toEqual([
    [`${first}: add veth qg-d0000001-00 to tapd0000001-00, mac fa:16:3e:00:02:01 mtu 1500`, OperationOutcome.FAILED],
    ["write net.ipv6.conf.tapd0000001-00.disable_ipv6 = 1", OperationOutcome.SKIPPED],
    ["set link tapd0000001-00 master br-ex", OperationOutcome.SKIPPED],
    [`${first}: add address 203.0.113.101/24 to qg-d0000001-00`, OperationOutcome.SKIPPED],
    [`${first}: add address 203.0.113.201/32 to qg-d0000001-00`, OperationOutcome.SKIPPED],
    [`${first}: set link qg-d0000001-00 up`, OperationOutcome.SKIPPED],
    [`${first}: set route default via 203.0.113.1 dev qg-d0000001-00`, OperationOutcome.SKIPPED],
    ["set link tapd0000001-00 up", OperationOutcome.SKIPPED],
    [`${first}: announce 203.0.113.101/24 203.0.113.201/32 on qg-d0000001-00`, OperationOutcome.SKIPPED],
  ]);
  expect(executed.filter(({ error, changes }) => error !== "" && changes.length > 0)).toEqual([]);
});

test("a failure is that of the resources it served, in the kernel's words", async () => {
  const kernel = hostWithBridge();
  kernel.addLink({ name: "tapd0000001-00" });
  const { failures, after } = await realise(kernel);
  const states = resourceStates(state, compileDesired(state, sampleHost), after, failures);
  const failed = [...states].filter(([, { kind }]) => kind === "failed").map(([key]) => key);
  expect(failed).toEqual([`floatingip.${sampleId("e", 1)}`, `router.${sampleId("a", 1)}`]);
});

test("while the kernel works on the last operations it is told what it will hold, which is what it holds then", async () => {
  const kernel = hostWithBridge();
  const observed = await kernel.observe();
  const operations = plan(compileDesired(state, sampleHost), observed);
  let isAtWork = false;
  const watched: Kernel = {
    ...kernel,
    execute: async (batch) => {
      isAtWork = true;
      await setImmediate();
      const result = await kernel.execute(batch);
      isAtWork = false;
      return result;
    },
  };
  const expected: ObservedKernel[] = [];
  const { after, executed } = await applyPlan(watched, operations, observed, (kernel) => {
    expect(isAtWork).toBe(true);
    expected.push(kernel);
  });
  expect(expected).toEqual([after]);
  expect(after).toEqual(await kernel.observe());
  expect(executed.map(({ text }) => text)).toEqual(operations.map(printOperation));
  expect(kernel.done).toEqual(operations);
});

test("what was expected of operations that the kernel refuses is not taken to be there", async () => {
  const kernel = hostWithBridge();
  kernel.addLink({ name: "tapd0000001-00" });
  const oneBatch: Kernel = { ...kernel, batchName: () => "all" };
  const observed = await kernel.observe();
  const operations = plan(compileDesired(state, sampleHost), observed);
  const { after, executed } = await applyPlan(oneBatch, operations, observed, () => undefined);
  expect(after).toEqual(await kernel.observe());
  expect(executed.filter(({ outcome }) => outcome === OperationOutcome.FAILED)).toHaveLength(1);
});

describe("rules of several routers", () => {
  const namespaces = Array.from({ length: 20 }, (_, i) => `qrouter-${sampleId("a", i + 1)}`);

  test("run beside each other, some at a time, and those of one router one after the other", async () => {
    const kernel = fakeKernel();
    for (const netns of namespaces) await kernel.execute([{ kind: "add-namespace", resource: "", netns }]);
    const running = new Set<string>();
    let most = 0;
    const slow: Kernel = {
      ...kernel,
      batchName: ({ kind, netns }) => `${kind} ${netns}`,
      execute: async (batch) => {
        const [place = ""] = new Set(batch.map(({ netns }) => netns));
        expect(running, "what already changes there").not.toContain(place);
        running.add(place);
        most = Math.max(most, running.size);
        await setImmediate();
        running.delete(place);
        return kernel.execute(batch);
      },
    };
    const operations = namespaces.flatMap((netns) => [chains(netns), tables(netns)]);
    const { failures, executed } = await applyPlan(slow, operations, await kernel.observe());
    expect(failures).toEqual([]);
    expect(executed.map(({ text }) => text).sort()).toEqual(operations.map(printOperation).sort());
    expect(most).toBe(8);
    for (const netns of namespaces) {
      const done = kernel.done.filter((each) => each.netns === netns).map(({ kind }) => kind);
      expect(done).toEqual(["add-namespace", "change-filter", "change-table"]);
    }
  });

  test("fail alone: the next rules of that router are skipped, those of the others stand", async () => {
    const kernel = fakeKernel();
    const [missing = "", ...there] = namespaces;
    for (const netns of there) await kernel.execute([{ kind: "add-namespace", resource: "", netns }]);
    const operations = namespaces.flatMap((netns) => [chains(netns), tables(netns)]);
    const { failures, after } = await applyPlan(kernel, operations, await kernel.observe());
    expect(failures.map(({ operation }) => operation)).toEqual([chains(missing), tables(missing)]);
    expect(
      [...after.namespaces.values()].filter(({ filter, tables }) => filter.size === 1 && tables.size === 1),
    ).toHaveLength(there.length);
  });
});

const chains = (netns: string): Operation => ({
  kind: "change-filter",
  ...{ resource: `router.${netns}`, alsoServes: [], netns },
  put: [{ kind: "chain", table: "ip", name: "output", lines: [] }],
  remove: [],
});

const tables = (netns: string): Operation => ({
  kind: "change-table",
  ...{ resource: `router.${netns}`, alsoServes: [], netns, table: "nat" },
  chains: new Map([["rhumbline-snat", []]]),
  chainsBefore: new Map(),
  ...{ hook: [], unhook: [], removeChains: [], addedRules: [], removedRules: [] },
});

function hostWithBridge(): FakeKernel {
  const kernel = fakeKernel();
  kernel.addLink({ name: "br-ex", kind: "bridge" });
  return kernel;
}

async function realise(kernel: FakeKernel) {
  const observed = await kernel.observe();
  return applyPlan(kernel, plan(compileDesired(state, sampleHost), observed), observed);
}
