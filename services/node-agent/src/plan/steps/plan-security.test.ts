import { expect, test } from "vitest";
import { applyPlan } from "../../apply/apply-plan.ts";
import { compileDesired } from "../../desired/compile-desired.ts";
import {
  desiredState,
  filteredBy,
  instancePort,
  sampleHost,
  securityGroup,
  tenantNetwork,
} from "../../kernel/contract/sample-state.ts";
import { fakeKernel } from "../../kernel/fake/fake-kernel.ts";
import { plan } from "../plan.ts";
import { printOperation } from "../print-operation.ts";

test.each(["ip", "ip6"])(
  "a bridge keeps the zone that one table still has for it where that of %s lost it",
  async (lost) => {
    const state = desiredState(tenantNetwork(1), instancePort(11, 1, filteredBy(1)), securityGroup(1));
    const desired = compileDesired(state, sampleHost);
    const kernel = fakeKernel();
    const observed = await kernel.observe();
    await applyPlan(kernel, plan(desired, observed), observed);
    const zone = `element ${lost} zones "brqb0000001-00"`;
    kernel.change((before) => ({
      ...before,
      filter: new Map([...before.filter].filter(([identity]) => identity !== zone)),
    }));
    expect(plan(desired, await kernel.observe()).map(printOperation)).toEqual([`change filter\n  + ${zone} : 4097`]);
  },
);
