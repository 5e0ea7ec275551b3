import { randomUUID } from "node:crypto";
import { type Lab, type LabHost, nodeHosts, startLab } from "@rhumbline/infra/lab";
import type { Programs } from "../../services/node-agent/src/kernel/process/programs.ts";

/** A lab of one node, whose kernel the test programs from outside. */
export async function startKernelLab(): Promise<{ lab: Lab; node: LabHost }> {
  const lab = await startLab({ name: `kernel-${randomUUID().slice(0, 8)}`, hosts: nodeHosts("node1") });
  return { lab, node: lab.host("node1") };
}

/** The driver's programs, run in a lab host. */
export function labPrograms(host: LabHost): Programs {
  return {
    run: (argv, input) => host.run(argv, { input }),
    // Nobody waits for it, and the host may be gone before it ends.
    start: (argv, input) => void host.run(argv, { input }).catch(() => undefined),
  };
}
