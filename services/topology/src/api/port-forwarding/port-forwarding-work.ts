import { fieldChecks } from "@rhumbline/grpc";
import type { PortForwarding } from "@rhumbline/proto/rhumbline/topology/v1/port_forwarding";
import type {
  CreatePortForwardingRequest,
  DeletePortForwardingRequest,
  UpdatePortForwardingRequest,
} from "@rhumbline/proto/rhumbline/topology/v1/port_forwarding_service";
import type { MutationCall } from "@rhumbline/service";
import { decideFloatingIp } from "../../floating-ip/decide.ts";
import type { FloatingIpState } from "../../floating-ip/state.ts";
import { portForwardingFields } from "../../port-forwarding/state.ts";
import { floatingIpOfPortForwarding } from "../../read-model/port-forwardings.ts";
import { floatingIps, type TopologyState } from "../../read-model/state.ts";
import { permittedFloatingIp, permittedPortForwarding } from "../access/permitted.ts";
import type { Worked } from "../changing.ts";
import type { TopologyContext } from "../context.ts";
import type { Effects } from "../effects.ts";
import { holdingFixedIp } from "../floating-ip/association.ts";
import type { AssociationWish } from "../floating-ip/floating-ip-request.ts";
import { checkImmutable, requireActive, requireGiven, requireUuid, updatedFields } from "../request-fields.ts";
import { fixedIpWish, parseNewPortForwarding, parseUpdatedPortForwarding } from "./port-forwarding-request.ts";

type Work<Req> = (request: Req, call: MutationCall, effects: Effects) => Promise<Worked<FloatingIpState>>;

/** While the port that it leads to can't go, nor its router's interface and gateway. */
export function createPortForwarding(context: TopologyContext): Work<CreatePortForwardingRequest> {
  return async (request, call, effects) => {
    const wanted = parseNewPortForwarding(request.portForwarding);
    const id = call.newId("port-forwarding");
    const { floatingIpId } = wanted;
    const action = "port_forwarding.floating_ip_id";
    const { floatingIp } = permittedFloatingIp(context.fold.state, call, floatingIpId, action);
    const { projectId, floatingNetworkId } = floatingIp;
    return leadingTo(context, call, fixedIpWish(wanted), floatingNetworkId, async (led) => {
      const portForwarding = { ...wanted, ...led, id, projectId };
      const command = { type: "CreatePortForwarding", floatingIpId, portForwarding } as const;
      const decide = (one: FloatingIpState) => decideFloatingIp(command, one);
      const done = await effects.execute(floatingIps, floatingIpId, decide, call.completion(projectId, id));
      return { resourceId: id, ...done };
    });
  };
}

export function updatePortForwarding(context: TopologyContext): Work<UpdatePortForwardingRequest> {
  const { fold } = context;
  return async (request, call, effects) => {
    const given = requireGiven("port_forwarding", request.portForwarding);
    const id = requireUuid("port_forwarding.id", given.id);
    const { portForwarding: present } = permittedPortForwarding(fold.state, call, id);
    const { floatingIpId, projectId } = present;
    const checks = fieldChecks();
    checkImmutable(checks, request, {
      "port_forwarding.project_id": [given.projectId, projectId],
      "port_forwarding.floating_ip_id": [given.floatingIpId, floatingIpId],
    });
    checks.done();
    const { fields } = updatedFields(request, given, portForwardingFields);
    const parsed = parseUpdatedPortForwarding(given, present, fields);
    const { floatingIp } = requireActive("floating IP", floatingIpId, floatingIps.select(fold.state, floatingIpId));
    return leadingTo(context, call, fixedIpWish(parsed), floatingIp.floatingNetworkId, async (led) => {
      const values = { ...parsed, ...led, floatingIpId };
      const changed = [...fields, "internal_ip_address"] as const;
      const command = { type: "UpdatePortForwarding", floatingIpId, portForwardingId: id, values } as const;
      const decide = (one: FloatingIpState) =>
        decideFloatingIp({ ...command, fields: changed, etag: request.etag }, one);
      const done = await effects.execute(floatingIps, floatingIpId, decide, call.completion(projectId, id));
      return { resourceId: id, ...done };
    });
  };
}

export function deletePortForwarding({ fold }: TopologyContext): Work<DeletePortForwardingRequest> {
  return async (request, call, effects) => {
    const id = requireUuid("id", request.id);
    const { floatingIpId, projectId } = permittedPortForwarding(fold.state, call, id).portForwarding;
    const command = { type: "DeletePortForwarding", floatingIpId, portForwardingId: id, etag: request.etag } as const;
    const decide = (one: FloatingIpState) => decideFloatingIp(command, one);
    const done = await effects.execute(floatingIps, floatingIpId, decide, call.completion(projectId, id));
    return { resourceId: id, ...done };
  };
}

export const floatingIpWith = (state: TopologyState, portForwardingId: string): FloatingIpState =>
  floatingIps.select(state, floatingIpOfPortForwarding(state, portForwardingId));

/** Acts with the fixed IP that is meant and the router on the way to it. */
function leadingTo<T>(
  context: TopologyContext,
  call: MutationCall,
  wish: AssociationWish,
  floatingNetworkId: string,
  act: (led: Pick<PortForwarding, "internalIpAddress" | "routerId">) => Promise<T>,
): Promise<T> {
  return holdingFixedIp(context, call, { wish, floatingNetworkId }, {}, ({ fixedIpAddress, routerId }) =>
    act({ internalIpAddress: fixedIpAddress, routerId }),
  );
}
