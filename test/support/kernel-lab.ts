import { randomUUID } from "node:crypto";
import { type Lab, type LabHost, type LabInstance, nodeHosts, startLab } from "@rhumbline/infra/lab";
import { type AppliedPlan, applyPlan } from "../../services/node-agent/src/apply/apply-plan.ts";
import { compileDesired } from "../../services/node-agent/src/desired/compile-desired.ts";
import type { HostFacts } from "../../services/node-agent/src/desired/host-facts.ts";
import type { DesiredState } from "../../services/node-agent/src/kernel/contract/sample-state.ts";
import { sampleHost, sampleId } from "../../services/node-agent/src/kernel/contract/sample-state.ts";
import type { Kernel } from "../../services/node-agent/src/kernel/kernel.ts";
import { nativeKernel } from "../../services/node-agent/src/kernel/native/native-kernel.ts";
import type { AskRoom } from "../../services/node-agent/src/kernel/native/room.ts";
import type { NftRun } from "../../services/node-agent/src/kernel/nft.ts";
import { iptablesReader } from "../../services/node-agent/src/kernel/process/observe-iptables.ts";
import { processKernel } from "../../services/node-agent/src/kernel/process/process-kernel.ts";
import type { Programs } from "../../services/node-agent/src/kernel/process/programs.ts";
import { saveIptables } from "../../services/node-agent/src/kernel/process/save-iptables.ts";
import type { Operation } from "../../services/node-agent/src/plan/operation.ts";
import { plan } from "../../services/node-agent/src/plan/plan.ts";
import { printOperation } from "../../services/node-agent/src/plan/print-operation.ts";
import { nativeRoomIn } from "./native-room.ts";

/** A lab of one node, whose kernel the test programs from outside. */
export interface KernelLab {
  readonly lab: Lab;
  readonly node: LabHost;
  readonly kernel: Kernel;
  /** The same kernel, through iproute2's programs. */
  readonly processes: Kernel;
  /** What the agent does: looks, plans, applies. */
  realise(state: DesiredState): Promise<AppliedPlan>;
  /** The plan that it would apply. */
  operationsFor(state: DesiredState): Promise<readonly Operation[]>;
  /** As text. */
  planFor(state: DesiredState): Promise<string[]>;
  /** An instance at 10.0.<networkNumber>.<number>, whose device is plugged and waits for its port to be bound. */
  plugInstance(number: number, networkNumber: number): Promise<LabInstance>;
  /** An instance that asks for its address. */
  plugAskingInstance(number: number): Promise<LabInstance>;
}

/** What a lab has set for its hosts, back as a kernel has it: the agent must cope with that. */
const kernelDefaults = [
  "net.ipv6.conf.default.disable_ipv6=0",
  "net.bridge.bridge-nf-call-arptables=1",
  "net.bridge.bridge-nf-call-ip6tables=1",
  "net.bridge.bridge-nf-call-iptables=1",
];

/** @param driver how the kernel is programmed.
 *  @param settings of the node, where it is to be otherwise than the sample. */
export async function startKernelLab(
  driver: "native" | "process" = "process",
  settings: Partial<HostFacts> = {},
): Promise<KernelLab> {
  const facts = { ...sampleHost, ...settings };
  const lab = await startLab({ name: `kernel-${randomUUID().slice(0, 8)}`, hosts: nodeHosts("node1") });
  const node = lab.host("node1");
  await node.output(["sysctl", "-qw", ...kernelDefaults]);
  const programs = labPrograms(node);
  const processes = processKernel(programs);
  const kernel = driver === "native" ? nativeIn(programs, await nativeRoomIn(node)) : processes;
  const operationsFor = async (state: DesiredState) => plan(compileDesired(state, facts), await kernel.observe());
  return {
    lab,
    node,
    kernel,
    processes,
    operationsFor,
    realise: async (state) => {
      const observed = await kernel.observe();
      return applyPlan(kernel, plan(compileDesired(state, facts), observed), observed);
    },
    planFor: async (state) => (await operationsFor(state)).map(printOperation),
    plugInstance: (number, networkNumber) =>
      node.plugInstance({
        name: `instance${number}`,
        portId: sampleId("c", number),
        mac: `fa:16:3e:00:01:${number}`,
        address: `10.0.${networkNumber}.${number}/24`,
        gateway: `10.0.${networkNumber}.1`,
      }),
    plugAskingInstance: (number) =>
      node.plugInstance({
        name: `instance${number}`,
        portId: sampleId("c", number),
        mac: `fa:16:3e:00:01:${number}`,
      }),
  };
}

function nativeIn(programs: Programs, askRoom: AskRoom): Kernel {
  const nft = (run: NftRun) => askRoom({ ask: "nft", ...run });
  const reader = {
    nft,
    saveIptables: (namespaces: readonly string[]) => saveIptables(programs, namespaces),
    readIptables: iptablesReader(programs),
  };
  return nativeKernel(askRoom, reader, processKernel(programs, undefined, nft), { hasNft: true });
}

/** The driver's programs, run in a lab host. */
function labPrograms(host: LabHost): Programs {
  return {
    run: (argv, input) => host.run(argv, { input }),
    // Nobody waits for it, and the host may be gone before it ends.
    start: (argv, input) => void host.run(argv, { input }).catch(() => undefined),
  };
}
