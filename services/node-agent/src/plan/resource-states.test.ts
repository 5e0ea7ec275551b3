import { describe, expect, test } from "vitest";
import { applyPlan } from "../apply/apply-plan.ts";
import { compileDesired } from "../desired/compile-desired.ts";
import {
  desiredState,
  externalNetwork,
  gone,
  instancePort,
  router,
  sampleHost,
  sampleId,
  tenantNetwork,
  vlanNetwork,
} from "../kernel/contract/sample-state.ts";
import { type FakeKernel, fakeKernel } from "../kernel/fake/fake-kernel.ts";
import { plan } from "./plan.ts";
import { resourceStates } from "./resource-states.ts";

const portKey = `port.${sampleId("c", 11)}`;
const removed = `floatingip.${sampleId("e", 1)}`;

test("a port waits for its instance's device, and is realised with it", async () => {
  const state = desiredState(tenantNetwork(1), instancePort(11, 1));
  const desired = compileDesired(state, sampleHost);
  const kernel = fakeKernel();
  expect(resourceStates(state, desired, await kernel.observe(), []).get(portKey)).toEqual({
    kind: "waiting",
    reason: "waiting for device tapc0000011-00",
  });
  kernel.addLink({ name: "tapc0000011-00" });
  expect(resourceStates(state, desired, await kernel.observe(), []).get(portKey)).toEqual({ kind: "realised" });
});

test("a removed floating IP doesn't count as removed while rules could not be changed", async () => {
  const state = desiredState(externalNetwork(), tenantNetwork(1), router(1, [1]), gone(removed));
  const desired = compileDesired(state, sampleHost);
  const operation = {
    kind: "delete-flows",
    resource: `router.${sampleId("a", 1)}`,
    netns: `qrouter-${sampleId("a", 1)}`,
    translation: { kind: "destination", from: "203.0.113.201", to: "10.0.1.11" },
  } as const;
  const failures = [{ operation, error: "Operation failed" }];
  const observed = await fakeKernel().observe();
  expect(resourceStates(state, desired, observed, failures).get(removed)).toEqual({
    kind: "failed",
    error: "Operation failed",
  });
  expect(resourceStates(state, desired, observed, []).get(removed)).toEqual({ kind: "realised" });
});

test("nor while a router that is left as it is may still serve it", async () => {
  const kernel = fakeKernel();
  const netns = `qrouter-${sampleId("a", 1)}`;
  await kernel.execute([{ kind: "add-namespace", resource: "", netns }]);
  const state = desiredState(router(1, [1]), gone(removed));
  const desired = compileDesired(state, sampleHost);
  expect(resourceStates(state, desired, await kernel.observe(), []).get(removed)).toEqual({
    kind: "failed",
    error: `${netns} is left as it is and may still serve it`,
  });
});

test.each([
  ["vxlan9", "has VNI 1001 on UDP port 4789"],
  ["vxlan-1001", "is called so"],
])("a network whose VNI somebody else's device %s is in the way of says so", async (name, why) => {
  const state = desiredState(tenantNetwork(1));
  const desired = compileDesired(state, sampleHost);
  const kernel = fakeKernel();
  kernel.addLink({ name, kind: "vxlan", vxlan: { vni: 1001, tunnelIp: "", port: 4789, learning: true } });
  const observed = await kernel.observe();
  const { failures, after } = await applyPlan(kernel, plan(desired, observed), observed);
  const key = `network.${sampleId("b", 1)}`;
  expect(resourceStates(state, desired, after, failures).get(key)).toEqual({
    kind: "failed",
    error: expect.stringMatching(new RegExp(`: device ${name} of this host.*${why}`)),
  });
});

describe("a VLAN network says what is in its way:", () => {
  const wanted = desiredState(vlanNetwork(1, 101));
  const key = `network.${sampleId("b", 1)}` as const;
  const foreign = { kind: "vlan", vlan: { id: 101, parent: "br-ex", protocol: "802.1Q" } };

  test.each<[string, (kernel: FakeKernel) => void, RegExp]>([
    [
      "another device of the host's with its id",
      (kernel) => kernel.addLink({ name: "br-ex.101", ...foreign }),
      /exists: device br-ex.101 of this host.* has VLAN id 101 on br-ex/,
    ],
    [
      "another device of its name",
      (kernel) => kernel.addLink({ name: "vlanb0000001-00" }),
      /exists: device vlanb0000001-00 of this host.* is called so/,
    ],
    [
      "a carrier that is down",
      (kernel) => kernel.addLink({ name: "br-ex", kind: "bridge", up: false }),
      /down: br-ex, which carries the physical network, is down/,
    ],
    [
      "a carrier of a smaller MTU",
      (kernel) => kernel.addLink({ name: "br-ex", kind: "bridge", mtu: 1450 }),
      /argument: br-ex, which carries the physical network, has an MTU of 1450/,
    ],
    [
      "a carrier that is gone",
      (kernel) => kernel.change((before) => ({ ...before, links: new Map() })),
      /Cannot find device "br-ex"/,
    ],
  ])("%s", async (_, change, error) => {
    const kernel = fakeKernel();
    kernel.addLink({ name: "br-ex", kind: "bridge" });
    change(kernel);
    expect(await stateOn(kernel)).toEqual({ kind: "failed", error: expect.stringMatching(error) });
  });

  test("a kernel that makes no VLAN device after all", async () => {
    const kernel = fakeKernel(undefined, new Set(["vlan"]));
    kernel.addLink({ name: "br-ex", kind: "bridge" });
    expect(await stateOn(kernel)).toEqual({ kind: "failed", error: "Error: Unknown device type." });
  });

  async function stateOn(kernel: FakeKernel) {
    const desired = compileDesired(wanted, sampleHost);
    const observed = await kernel.observe();
    const { failures, after } = await applyPlan(kernel, plan(desired, observed), observed);
    return resourceStates(wanted, desired, after, failures).get(key);
  }
});
