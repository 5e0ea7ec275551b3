import { NotFound } from "@rhumbline/event-sourcing";
import { type Call, isAdmin, type MountedService, mount } from "@rhumbline/grpc";
import type { Bus } from "@rhumbline/messaging";
import {
  type ExplainPortRequest,
  type ExplainPortResponse,
  PortExplanationServiceService,
} from "@rhumbline/proto/rhumbline/scheduler/v1/port_explanation_service";
import { ResourceKind } from "@rhumbline/proto/rhumbline/scheduler/v1/realisation_service";
import type { ServiceContext } from "@rhumbline/service";
import { judgeTraffic } from "../explanation/judge-traffic.ts";
import { leasesOf } from "../explanation/port-leases.ts";
import { forwardersOf, placeOfPort } from "../explanation/port-place.ts";
import type { Port } from "../logical-network/state.ts";
import { assess } from "../read-model/realisation.ts";
import type { SchedulerState } from "../read-model/state.ts";
import { askForLeases } from "./ask-for-leases.ts";
import { explanationSeenBy, verdictView } from "./explanation-view.ts";
import { isHidden } from "./seen-realisation.ts";
import { checkedQuestion, requirePortId } from "./traffic-question.ts";

export function mountPortExplanationService({ readable }: ServiceContext<SchedulerState>, bus: Bus): MountedService {
  return mount(PortExplanationServiceService, {
    async explainPort(request, call) {
      requirePortId(request.portId);
      const { state, position } = await readable(request, call);
      const answer = explained(state, request, (id) => portSeenBy(state, call, id));
      const given =
        request.askNode && isAdmin(call.caller) ? await askForLeases(bus, state, request.portId) : undefined;
      return { ...explanationSeenBy(call.caller, answer), given, position };
    },
  });
}

/** @throws {NotFound} {InvalidFields} */
function explained(
  state: SchedulerState,
  { portId, traffic }: ExplainPortRequest,
  portCalled: (id: string) => Port,
): Omit<ExplainPortResponse, "position" | "given"> {
  const port = portCalled(portId);
  const question = traffic && checkedQuestion(traffic, port, portCalled);
  const place = placeOfPort(state, portId, port);
  const { realisation } = assess(state, ResourceKind.PORT, portId);
  const nameOf = (nodeId: string): string => state.nodes.get(nodeId)?.name ?? "";
  const { realised, reason, nodes } = realisation;
  return {
    place: {
      ...place,
      nodeName: nameOf(place.nodeId),
      movingToNodeName: nameOf(place.movingToNodeId),
      realised,
      reason: reason || (nodes.find(({ error }) => error !== "")?.error ?? ""),
    },
    forwarders: forwardersOf(state, portId, port, place.nodeId).map((each) => ({
      ...each,
      nodeName: nameOf(each.nodeId),
    })),
    leases: leasesOf(state, port).map((lease) => ({
      ...lease,
      dnsNameservers: [...lease.dnsNameservers],
      routes: [...lease.routes],
      options: [...lease.options],
    })),
    portSecurity: port.portSecurity,
    securityGroupIds: [...port.securityGroupIds],
    verdict: question && verdictView(judgeTraffic(state, portId, port, question)),
  };
}

/** @throws {NotFound} also for one that the caller may not know of. */
function portSeenBy(state: SchedulerState, { caller }: Call, id: string): Port {
  const port = state.ports.get(id);
  if (port === undefined || isHidden(state, caller, { kind: ResourceKind.PORT, id })) throw new NotFound("port", id);
  return port;
}
