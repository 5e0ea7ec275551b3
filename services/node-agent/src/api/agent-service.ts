import { NotBuilt } from "@rhumbline/event-sourcing";
import { type MountedService, mount } from "@rhumbline/grpc";
import { AgentServiceService } from "@rhumbline/proto/rhumbline/agent/v1/agent_service";
import { compileDesired } from "../desired/compile-desired.ts";
import { objectsOf } from "../observed/kernel-objects.ts";
import { plan } from "../plan/plan.ts";
import { printOperation } from "../plan/print-operation.ts";
import type { Diagnosis } from "./diagnosis.ts";
import type { InspectionParts } from "./inspection.ts";

/** Diagnosis on the node itself. */
export function mountAgentService(
  diagnosis: Diagnosis,
  parts: Pick<InspectionParts, "feed" | "kernel" | "host" | "doors">,
): MountedService {
  return mount(AgentServiceService, {
    getAgentStatus: async () => diagnosis.status(),
    getObservedState: async () => ({ objects: objectsOf(await parts.kernel.observe()) }),
    planDryRun: async () => ({ operations: await dryRun(parts) }),
    tracePacket: async () => {
      throw new NotBuilt("AgentService.TracePacket");
    },
    adoptDesiredState: async () => diagnosis.adopt(),
    inspectKernel: (request) => diagnosis.inspect(request),
    setHold: ({ hold }) => diagnosis.setHold(hold),
  });
}

async function dryRun({
  feed,
  kernel,
  host,
  doors,
}: Pick<InspectionParts, "feed" | "kernel" | "host" | "doors">): Promise<string[]> {
  const state = feed.current;
  if (state === undefined) return [];
  return plan(compileDesired(state.resources, host, doors()), await kernel.observe()).map(printOperation);
}
