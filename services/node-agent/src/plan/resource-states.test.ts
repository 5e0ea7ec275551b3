import { expect, test } from "vitest";
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
} from "../kernel/contract/sample-state.ts";
import { fakeKernel } from "../kernel/fake/fake-kernel.ts";
import { plan } from "./plan.ts";
import { resourceStates } from "./resource-states.ts";

const portKey = `port.${sampleId("c", 11)}`;
const removed = `floatingip.${sampleId("e", 1)}`;

test("a port waits for its instance's device, and is realised with it", async () => {
  const state = desiredState(tenantNetwork(1), instancePort(11, 1));
  const desired = compileDesired(state, sampleHost);
  const kernel = fakeKernel();
  expect(resourceStates([portKey], desired, await kernel.observe(), []).get(portKey)).toEqual({
    kind: "waiting",
    reason: "waiting for device tapc0000011-00",
  });
  kernel.addLink({ name: "tapc0000011-00" });
  expect(resourceStates([portKey], desired, await kernel.observe(), []).get(portKey)).toEqual({ kind: "realised" });
});

test("a removed floating IP doesn't count as removed while rules could not be changed", async () => {
  const desired = compileDesired(
    desiredState(externalNetwork(), tenantNetwork(1), router(1, [1]), gone(removed)),
    sampleHost,
  );
  const operation = {
    kind: "delete-flows",
    resource: `router.${sampleId("a", 1)}`,
    netns: `qrouter-${sampleId("a", 1)}`,
    translation: { kind: "destination", from: "203.0.113.201", to: "10.0.1.11" },
  } as const;
  const failures = [{ operation, error: "Operation failed" }];
  const observed = await fakeKernel().observe();
  expect(resourceStates([removed], desired, observed, failures).get(removed)).toEqual({
    kind: "failed",
    error: "Operation failed",
  });
  expect(resourceStates([removed], desired, observed, []).get(removed)).toEqual({ kind: "realised" });
});

test("nor while a router that is left as it is may still serve it", async () => {
  const kernel = fakeKernel();
  const netns = `qrouter-${sampleId("a", 1)}`;
  await kernel.execute([{ kind: "add-namespace", resource: "", netns }]);
  const desired = compileDesired(desiredState(router(1, [1]), gone(removed)), sampleHost);
  expect(resourceStates([removed], desired, await kernel.observe(), []).get(removed)).toEqual({
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
  expect(resourceStates([key], desired, after, failures).get(key)).toEqual({
    kind: "failed",
    error: expect.stringMatching(new RegExp(`: device ${name} of this host.*${why}`)),
  });
});
