import { NotBuilt } from "@rhumbline/event-sourcing";
import { type MountedService, mount } from "@rhumbline/grpc";
import type { Bus } from "@rhumbline/messaging";
import { AgentServiceService, type GetAgentStatusResponse } from "@rhumbline/proto/rhumbline/agent/v1/agent_service";
import { compileDesired } from "../desired/compile-desired.ts";
import type { DoorAuthority } from "../desired/door.ts";
import type { HostFacts } from "../desired/host-facts.ts";
import type { DesiredFeed } from "../feed/desired-feed.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { objectsOf } from "../observed/kernel-objects.ts";
import { plan } from "../plan/plan.ts";
import { printOperation } from "../plan/print-operation.ts";
import type { NodeReporter } from "../report/node-reporter.ts";
import type { Spool } from "../report/spool.ts";
import type { RetrySchedule } from "../status/retry-schedule.ts";
import { NothingToAdopt } from "./nothing-to-adopt.ts";

export interface AgentServiceParts {
  readonly nodeName: string;
  readonly incarnation: string;
  readonly host: HostFacts;
  readonly doors: () => DoorAuthority;
  readonly kernel: Kernel;
  readonly feed: DesiredFeed;
  readonly reporter: NodeReporter;
  readonly spool: Spool;
  readonly schedule: RetrySchedule;
  readonly bus: Bus;
  /** Why the node was not let in; empty when it was. */
  readonly registrationRefusal: () => string;
}

/** Diagnosis on the node itself. Nothing here changes the kernel, but what an adopted desired state leads to. */
export function mountAgentService(parts: AgentServiceParts): MountedService {
  return mount(AgentServiceService, {
    getAgentStatus: async () => statusOf(parts),
    getObservedState: async () => ({ objects: objectsOf(await parts.kernel.observe()) }),
    planDryRun: async () => ({ operations: await dryRun(parts) }),
    tracePacket: async () => {
      throw new NotBuilt("AgentService.TracePacket");
    },
    adoptDesiredState: async () => {
      const adopted = parts.feed.adopt();
      if (adopted === undefined) throw new NothingToAdopt();
      return adopted.version;
    },
  });
}

async function dryRun({ feed, kernel, host, doors }: AgentServiceParts): Promise<string[]> {
  const state = feed.current;
  if (state === undefined) return [];
  return plan(compileDesired(state.resources, host, doors()), await kernel.observe()).map(printOperation);
}

function statusOf(parts: AgentServiceParts): GetAgentStatusResponse {
  const { nodeName, incarnation, host, feed, reporter, spool, schedule, bus, registrationRefusal } = parts;
  const { logId, epoch, position } = reporter.reported.applied ?? { logId: "", epoch: 0, position: 0 };
  return {
    nodeId: host.nodeId,
    nodeName,
    incarnation,
    logId,
    epoch,
    appliedPosition: position,
    desiredPosition: feed.desiredPosition,
    refusal: registrationRefusal() || feed.refusal,
    errors: [...schedule.failed].map(([resource, { error, nextRetryMs }]) => ({ resource, error, nextRetryMs })),
    spooledReports: spool.pending.length,
    busConnected: bus.connected,
  };
}
