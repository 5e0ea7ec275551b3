import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileDesired } from "../../../services/node-agent/src/desired/compile-desired.ts";
import {
  desiredState,
  sampleHost,
  sampleId,
  tenantNetwork,
} from "../../../services/node-agent/src/kernel/contract/sample-state.ts";
import { resourceStates } from "../../../services/node-agent/src/plan/resource-states.ts";
import { type KernelLab, startKernelLab } from "../../support/kernel-lab.ts";
import { requiresRoot } from "../../support/requires-root.ts";

const key = `network.${sampleId("b", 1)}`;
const state = desiredState(tenantNetwork(1));

describe.each(["process", "native"] as const)(
  "a VNI that somebody else's device has, by driver %s",
  requiresRoot,
  (driver) => {
    let kernelLab: KernelLab;

    beforeAll(async () => {
      kernelLab = await startKernelLab(driver);
    });
    afterAll(() => kernelLab.lab.down());

    test("the network's error names the device, which stays", async () => {
      const other = [
        "ip",
        "link",
        "add",
        "vxlan9",
        "type",
        "vxlan",
        "id",
        "1001",
        "dstport",
        "4789",
        "local",
        "198.18.0.11",
      ];
      await kernelLab.node.output(other);
      const { failures, after } = await kernelLab.realise(state);
      expect(resourceStates(state, compileDesired(state, sampleHost), after, failures).get(key)).toMatchObject({
        kind: "failed",
        error: expect.stringMatching(/: device vxlan9 of this host.* has VNI 1001/),
      });
      expect(await kernelLab.node.output(["ip", "-brief", "link"])).toContain("vxlan9");
      await kernelLab.node.output(["ip", "link", "delete", "vxlan9"]);
      expect((await kernelLab.realise(state)).failures).toEqual([]);
    });
  },
);
