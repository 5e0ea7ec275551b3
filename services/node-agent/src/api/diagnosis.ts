import type { Bus } from "@rhumbline/messaging";
import type {
  AdoptDesiredStateResponse,
  GetAgentStatusResponse,
  InspectKernelRequest,
  InspectKernelResponse,
} from "@rhumbline/proto/rhumbline/agent/v1/agent_service";
import type { GivenLeases } from "@rhumbline/proto/rhumbline/scheduler/v1/port_explanation_service";
import type { RetrySchedule } from "../status/retry-schedule.ts";
import { givenLeases, type LeaseParts } from "./given-leases.ts";
import { createInspection, type InspectionParts } from "./inspection.ts";
import { NothingToAdopt } from "./nothing-to-adopt.ts";

export interface DiagnosisParts extends InspectionParts, Pick<LeaseParts, "readLeases"> {
  readonly nodeName: string;
  readonly incarnation: string;
  readonly schedule: RetrySchedule;
  readonly bus: Bus;
  readonly holdForOperator: (hold: boolean) => Promise<void>;
}

/** What an operator asks of an agent, over gRPC on its host or over the bus from anywhere. Nothing here changes the
 *  kernel, but what an adopted desired state, or the end of a hold, leads to. */
export interface Diagnosis {
  status(): GetAgentStatusResponse;
  inspect(request: InspectKernelRequest): Promise<InspectKernelResponse>;
  leases(portId: string): Promise<GivenLeases>;
  setHold(hold: boolean): Promise<{ held: boolean }>;
  /** @throws {NothingToAdopt} */
  adopt(): Promise<AdoptDesiredStateResponse>;
}

export function createDiagnosis(parts: DiagnosisParts): Diagnosis {
  return {
    status: () => statusOf(parts),
    inspect: createInspection(parts),
    leases: (portId) => givenLeases(parts, portId),
    async setHold(hold) {
      await parts.holdForOperator(hold);
      return { held: hold };
    },
    async adopt() {
      const adopted = await parts.feed.adopt();
      if (adopted === undefined) throw new NothingToAdopt();
      return adopted.version;
    },
  };
}

function statusOf(parts: DiagnosisParts): GetAgentStatusResponse {
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
    held: parts.heldByOperator(),
  };
}
