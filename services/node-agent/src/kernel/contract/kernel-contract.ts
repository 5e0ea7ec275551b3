import fc from "fast-check";
import { describe, expect, type TestOptions, test } from "vitest";
import { type AppliedPlan, applyPlan } from "../../apply/apply-plan.ts";
import { compileDesired } from "../../desired/compile-desired.ts";
import type { DesiredKernel } from "../../desired/desired-kernel.ts";
import type { HostFacts } from "../../desired/host-facts.ts";
import { objectsOf } from "../../observed/kernel-objects.ts";
import { plan } from "../../plan/plan.ts";
import { printOperation } from "../../plan/print-operation.ts";
import { ReportedObjects } from "../../report/reported-objects.ts";
import type { Kernel } from "../kernel.ts";
import { arbitraryState, arbitraryStateWithVlans } from "./arbitrary-state.ts";
import { namedStates } from "./named-states.ts";
import { type DesiredState, desiredState, sampleHost, sampleId } from "./sample-state.ts";
import { vlanStates } from "./vlan-states.ts";

/** A host with the operator's bridge br-ex, where tests may do as they like. */
export interface ContractHost {
  readonly kernel: Kernel;
  /** Plugs an instance's device. */
  plug(device: string): Promise<void>;
  end(): Promise<void>;
}

/** What every kernel driver does, on the fake and on real namespaces. `open` gives a host without anything of ours.
 *  @param withVlans for the tests that need a kernel with 802.1q. */
export function kernelContract(open: () => Promise<ContractHost>, withVlans: TestOptions = {}): void {
  describe("a kernel", () => {
    test("is as desired after each of a walk's plans, needs nothing more, and reports say exactly what stands", async () => {
      const host = await open();
      try {
        for (const device of ["tapc0000011-00", "tapc0000012-00"]) await host.plug(device);
        const there = Object.entries(namedStates);
        await walk(host.kernel, [
          ...by({ backend: "iptables" }, there),
          ...by({ securityBackend: "iptables" }, filtered),
          ...by({ backend: "nftables" }, there.toReversed()),
          ...by({ securityBackend: "iptables" }, filtered.toReversed()),
        ]);
      } finally {
        await host.end();
      }
    });

    test("is as desired after each plan of a walk through sampled states", async () => {
      const host = await open();
      try {
        for (const device of ["tapc0000011-00", "tapc0000012-00"]) await host.plug(device);
        const states = fc.sample(arbitraryState, { numRuns: 12, seed: 118 });
        const named = states.map((state, index) => [`sample ${index}`, state] as const);
        // Whatever the rules were, and whoever wrote them.
        const there = named.flatMap((each, index) =>
          by({ backend: index % 2 === 0 ? "iptables" : "nftables" }, [each]),
        );
        const back = named
          .toReversed()
          .flatMap((each, index) => by({ backend: index % 3 === 0 ? "iptables" : "nftables" }, [each]));
        await walk(host.kernel, [...there, ...back]);
      } finally {
        await host.end();
      }
    });

    test("is as desired after each plan of a walk through states with VLANs", withVlans, async () => {
      const host = await open();
      try {
        for (const device of ["tapc0000011-00", "tapc0000012-00"]) await host.plug(device);
        const states = fc.sample(arbitraryStateWithVlans, { numRuns: 12, seed: 118 });
        const sampled = states.map((state, index) => [`sample ${index} with VLANs`, state] as const);
        const there = [...Object.entries(vlanStates), ...sampled];
        await walk(host.kernel, [
          ...by({ backend: "nftables" }, there),
          ...by({ backend: "iptables" }, there.toReversed()),
        ]);
      } finally {
        await host.end();
      }
    });

    test("refuses a VLAN on a device that is not there, and one whose id another device has", withVlans, async () => {
      const host = await open();
      try {
        expect((await attempt(host.kernel, "br-missing")).error).toMatch(
          /br-missing.*(does not exist|Cannot find)|Cannot find.*br-missing/,
        );
        expect((await attempt(host.kernel, "br-ex")).error).toBe(undefined);
        expect((await attempt(host.kernel, "br-ex", "vlan-other")).error).toMatch(/VLAN device already exists/);
      } finally {
        await host.end();
      }
    });

    test("refuses one resource with its own words and realises the others", async () => {
      const host = await open();
      try {
        const desired = compileDesired(namedStates["a router with a gateway"], {
          ...sampleHost,
          bridgeMappings: new Map([["physnet1", { kind: "bridge", bridge: "br-missing" }]]),
        });
        const observed = await host.kernel.observe();
        const { executed, failures } = await applyPlan(host.kernel, plan(desired, observed), observed);
        expect(failures.map(({ operation }) => printOperation(operation))).toContain(
          "set link tapd0000001-00 master br-missing",
        );
        expect(failures[0]?.error).toMatch(/does not exist/);
        const done = executed.filter(({ error }) => error === "").map(({ text }) => text);
        expect(done).toContain(`qrouter-${sampleId("a", 1)}: add address 10.0.1.1/24 to qr-f0000101-00`);
      } finally {
        await host.end();
      }
    });
  });
}

function attempt(kernel: Kernel, parent: string, device = "vlanb0000001-00") {
  const resource = `network.${sampleId("b", 1)}` as const;
  return kernel.execute([{ kind: "add-vlan", resource, netns: "", device, parent, vlanId: 7, mtu: 1500 }]);
}

async function realise(kernel: Kernel, desired: DesiredKernel): Promise<AppliedPlan> {
  const observed = await kernel.observe();
  const applied = await applyPlan(kernel, plan(desired, observed), observed);
  expect(applied.failures).toEqual([]);
  return applied;
}

type Step = readonly [name: string, desired: DesiredKernel];

/** A node's backends change, and change back. */
const by = (backends: Partial<HostFacts>, states: readonly (readonly [string, DesiredState])[]): Step[] =>
  states.map(([name, state]) => [
    `${name}, by ${JSON.stringify(backends)}`,
    compileDesired(state, { ...sampleHost, ...backends }),
  ]);

const filtered = (["filtered otherwise", "filtered instances", "instances bound"] as const).map(
  (name) => [name, namedStates[name]] as const,
);

async function walk(kernel: Kernel, steps: readonly Step[]): Promise<void> {
  let reported = ReportedObjects.none.with(objectsOf(await kernel.observe()));
  for (const [name, desired] of [...steps, ...by({ backend: "nftables" }, [["nothing", desiredState()]])]) {
    const { executed } = await realise(kernel, desired);
    const after = await kernel.observe();
    expect(plan(desired, after).map(printOperation), `${name}: the plan afterwards`).toEqual([]);
    reported = reported.with(executed.flatMap((each) => each.changes));
    expect(sorted(reported.all), `${name}: what was reported`).toEqual(sorted(objectsOf(after)));
  }
}

function sorted(objects: ReturnType<typeof objectsOf>): string[] {
  return objects.map(({ netns, kind, key, value }) => `${netns} ${kind} ${key} = ${value}`).sort();
}
