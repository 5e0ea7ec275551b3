import { readFileSync } from "node:fs";
import { type LabInstance, startPing } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { applyPlan } from "../../../services/node-agent/src/apply/apply-plan.ts";
import { compileDesired } from "../../../services/node-agent/src/desired/compile-desired.ts";
import type { DesiredKernel } from "../../../services/node-agent/src/desired/desired-kernel.ts";
import {
  desiredState,
  externalNetwork,
  floatingIp,
  instancePort,
  router,
  sampleHost,
  tenantNetwork,
} from "../../../services/node-agent/src/kernel/contract/sample-state.ts";
import { plan } from "../../../services/node-agent/src/plan/plan.ts";
import { ownChain } from "../../../services/node-agent/src/rules/own-chains.ts";
import type { Rule, RuleTable } from "../../../services/node-agent/src/rules/rule-model.ts";
import { eventually } from "../../support/eventually.ts";
import { type KernelLab, startKernelLab } from "../../support/kernel-lab.ts";
import { requiresRoot } from "../../support/requires-root.ts";
import { datagramClient, datagramServer } from "./echo-programs.ts";

const floating = "203.0.113.201";
const state = desiredState(
  externalNetwork(),
  tenantNetwork(1),
  instancePort(11, 1),
  router(1, [1]),
  floatingIp(1, 1, "10.0.1.11"),
);
const asNow = compileDesired(state, { ...sampleHost, backend: "iptables" });
const byTheOther = compileDesired(state, { ...sampleHost, backend: "nftables" });

describe("an upgrade of the agent whose rules are others, or of another backend", requiresRoot, () => {
  let kernelLab: KernelLab;
  let instance: LabInstance;

  beforeAll(async () => {
    kernelLab = await startKernelLab();
    instance = await kernelLab.plugInstance(11, 1);
    expect((await kernelLab.realise(state)).failures).toEqual([]);
    const server = await instance.spawn(datagramServer(), { name: "echo" });
    await eventually(() => expect(readFileSync(server.outputFile, "utf8")).toContain("listening"));
    await instance.output(["ping", "-c1", "-W10", "198.18.200.1"]);
  });
  afterAll(() => kernelLab.lab.down());

  test("and its way back lose no packet, of old connections or of new ones, in or out", async () => {
    const { internet } = kernelLab.lab;
    const inward = await startPing(internet, floating, 10);
    const outward = await startPing(instance, "198.18.200.1", 10);
    const client = await internet.spawn(datagramClient(floating), { name: "new-connections" });
    const printed = () => readFileSync(client.outputFile, "utf8");
    await eventually(() => expect(printed()).toContain("answered"));
    for (let times = 0; times < 3; times += 1) {
      for (const desired of [ofAnotherVersion(asNow), byTheOther, asNow]) {
        expect(await changeRulesTo(desired)).toBeGreaterThan(0);
        expect(await changeRulesTo(desired)).toBe(0);
      }
    }
    const [fromOutside, fromInside] = [await inward.stop(), await outward.stop()];
    client.kill("SIGTERM");
    await client.exited;
    const [, sent, answered] = /(\d+) sent, (\d+) answered\n$/.exec(printed()) ?? [];
    expect([fromOutside.lost, fromInside.lost]).toEqual([[], []]);
    expect(Number(sent)).toBeGreaterThan(100);
    expect(answered).toBe(sent);
  });

  async function changeRulesTo(desired: DesiredKernel): Promise<number> {
    const observed = await kernelLab.kernel.observe();
    const operations = plan(desired, observed);
    expect((await applyPlan(kernelLab.kernel, operations, observed)).failures).toEqual([]);
    return operations.length;
  }
});

/** The same translations from another layout: float-snat is renamed, every rule has a comment, and a hook is new. */
function ofAnotherVersion(desired: DesiredKernel): DesiredKernel {
  const routers = [...desired.routers].map(
    ([name, each]) => [name, { ...each, tables: each.tables.map(relaid) }] as const,
  );
  return { ...desired, routers: new Map(routers) };
}

function relaid(table: RuleTable): RuleTable {
  const renamed = (name: string) => (name === ownChain("float-snat") ? ownChain("float-snat-v2") : name);
  const rule = ({ match, target }: Rule): Rule => ({
    match: { comment: "of another version", ...match },
    target: target.kind === "jump" ? { ...target, chain: renamed(target.chain) } : target,
  });
  const input = { name: ownChain("INPUT"), rules: [] };
  const hook: Rule = { match: {}, target: { kind: "jump", chain: input.name } };
  return {
    ...table,
    chains: [...table.chains.map(({ name, rules }) => ({ name: renamed(name), rules: rules.map(rule) })), input],
    hooks: [...table.hooks, { name: "INPUT", rules: [hook] }],
  };
}
