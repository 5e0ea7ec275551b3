import { startCapture } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { applyPlan } from "../../../services/node-agent/src/apply/apply-plan.ts";
import { compileDesired } from "../../../services/node-agent/src/desired/compile-desired.ts";
import { parseBridgeMapping } from "../../../services/node-agent/src/desired/host-facts.ts";
import {
  type DesiredState,
  desiredState,
  externalNetwork,
  floatingIp,
  instancePort,
  router,
  sampleHost,
  tenantNetwork,
} from "../../../services/node-agent/src/kernel/contract/sample-state.ts";
import { plan } from "../../../services/node-agent/src/plan/plan.ts";
import { type KernelLab, startKernelLab } from "../../support/kernel-lab.ts";
import { requiresRoot } from "../../support/requires-root.ts";

const host = { ...sampleHost, bridgeMappings: new Map([["physnet1", parseBridgeMapping("dev:eth1")]]) };
const state = desiredState(
  externalNetwork(),
  tenantNetwork(1),
  instancePort(11, 1),
  router(1, [1]),
  floatingIp(1, 1, "10.0.1.11"),
);

describe("an external network on a device", requiresRoot, () => {
  let kernelLab: KernelLab;

  beforeAll(async () => {
    kernelLab = await startKernelLab();
    // A device of a bridge can't carry macvlan ports.
    await kernelLab.node.output(["ip", "link", "set", "eth1", "nomaster"]);
    await kernelLab.plugInstance(11, 1);
    expect(await realise(state)).toEqual([]);
  });
  afterAll(() => kernelLab.lab.down());

  test("is reached by macvlan: outward through SNAT, inward through a floating IP", async () => {
    const capture = await startCapture(kernelLab.lab.internet, "eth0", "icmp");
    await kernelLab.node.netns("instance11").output(["ping", "-c1", "-W10", "198.18.200.1"]);
    await kernelLab.lab.internet.output(["ping", "-c1", "-W10", "203.0.113.201"]);
    const packets = (await capture.stop()).join("\n");
    expect(packets).toContain("203.0.113.201 > 198.18.200.1: ICMP echo request");
    expect(packets).toContain("203.0.113.201 > 198.18.200.1: ICMP echo reply");
  });

  test("needs nothing more once it stands, and goes with its router", async () => {
    const observed = await kernelLab.kernel.observe();
    expect(plan(compileDesired(state, host), observed)).toEqual([]);
    expect(await realise(desiredState())).toEqual([]);
    expect(await kernelLab.node.netnsNames()).toEqual(["instance11"]);
  });

  async function realise(wanted: DesiredState): Promise<unknown[]> {
    const observed = await kernelLab.kernel.observe();
    const operations = plan(compileDesired(wanted, host), observed);
    return [...(await applyPlan(kernelLab.kernel, operations, observed)).failures];
  }
});
