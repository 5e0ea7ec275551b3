import type { LabHost } from "@rhumbline/infra/lab";
import { describe } from "vitest";
import { kernelContract } from "../../../services/node-agent/src/kernel/contract/kernel-contract.ts";
import { startKernelLab } from "../../support/kernel-lab.ts";
import { requiresRoot } from "../../support/requires-root.ts";
import { requiresVlans } from "../../support/requires-vlans.ts";

describe.each(["process", "native"] as const)("on real namespaces, by the %s driver", requiresRoot, (driver) => {
  kernelContract(async () => {
    const { lab, node, kernel } = await startKernelLab(driver);
    return { kernel, plug: (device) => plug(node, device), end: () => lab.down() };
  }, requiresVlans);
});

async function plug(node: LabHost, device: string): Promise<void> {
  await node.output(["ip", "link", "add", device, "up", "type", "veth", "peer", "name", device.replace("tap", "in-")]);
}
