import { type LabHost, whyLabCannotRun } from "@rhumbline/infra/lab";
import { describe } from "vitest";
import { kernelContract } from "../../../services/node-agent/src/kernel/contract/kernel-contract.ts";
import { processKernel } from "../../../services/node-agent/src/kernel/process/process-kernel.ts";
import { labPrograms, startKernelLab } from "../../support/kernel-lab.ts";

const reason = whyLabCannotRun();

describe.skipIf(reason !== undefined)(
  `on real namespaces${reason === undefined ? "" : ` (skipped: ${reason})`}`,
  () => {
    kernelContract(async () => {
      const { lab, node } = await startKernelLab();
      return {
        kernel: processKernel(labPrograms(node)),
        plug: (device) => plug(node, device),
        end: () => lab.down(),
      };
    });
  },
);

async function plug(node: LabHost, device: string): Promise<void> {
  await node.output(["ip", "link", "add", device, "up", "type", "veth", "peer", "name", `${device.slice(0, 12)}-in`]);
}
