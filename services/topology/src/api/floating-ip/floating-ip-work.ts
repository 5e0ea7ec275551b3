import { fieldChecks, requireFields } from "@rhumbline/grpc";
import type {
  CreateFloatingIpRequest,
  DeleteFloatingIpRequest,
  UpdateFloatingIpRequest,
} from "@rhumbline/proto/rhumbline/topology/v1/floating_ip_service";
import type { Port } from "@rhumbline/proto/rhumbline/topology/v1/port";
import type { MutationCall } from "@rhumbline/service";
import { decideFloatingIp } from "../../floating-ip/decide.ts";
import { type ActiveFloatingIp, type FloatingIpState, floatingIpFields } from "../../floating-ip/state.ts";
import { floatingIps } from "../../read-model/state.ts";
import { permittedFloatingIp } from "../access/permitted.ts";
import type { Worked } from "../changing.ts";
import type { TopologyContext } from "../context.ts";
import type { Effects } from "../effects.ts";
import { finishing } from "../finishing.ts";
import { guards } from "../guard-names.ts";
import { removeDevicePort } from "../port/device-port.ts";
import { quotaGate } from "../quota/within-quota.ts";
import { checkImmutable, requireGiven, requireUuid, updatedFields } from "../request-fields.ts";
import { requireExternal } from "../require-external.ts";
import { holdingAssociation } from "./association.ts";
import { parseAssociation, parseFloatingIpValues, parseNewFloatingIp } from "./floating-ip-request.ts";
import { withFloatingPort } from "./floating-port.ts";

type Work<Req> = (request: Req, call: MutationCall, effects: Effects) => Promise<Worked<FloatingIpState>>;

/** It comes to be together with the port that holds its address. */
export function createFloatingIp(context: TopologyContext): Work<CreateFloatingIpRequest> {
  const { fold } = context;
  return async (request, call, effects) => {
    const { floatingIp: wanted, association: wish } = parseNewFloatingIp(request.floatingIp, call.caller.projectId);
    const { floatingNetworkId, projectId } = wanted;
    requireFields(call.caller, {
      "floating_ip.project_id": projectId !== call.caller.projectId,
      "floating_ip.floating_ip_address": wanted.floatingIpAddress !== "",
    });
    const requireNetwork = () =>
      requireExternal(fold.state, call, floatingNetworkId, "floating_ip.floating_network_id");
    const id = call.newId("floating-ip");
    const portId = call.newId("floating-port");
    requireNetwork();
    const quota = quotaGate(context, projectId, "floatingIp");
    const exclusive = [guards.port(portId), ...quota.exclusive];
    const held = { shared: [guards.network(floatingNetworkId)], exclusive };
    return holdingAssociation(context, call, { wish, floatingNetworkId }, held, async (association) => {
      quota.check();
      requireNetwork();
      const creating = ({ fixedIps }: Port) => {
        const floatingIp = { ...wanted, id, floatingIpAddress: fixedIps[0]?.ipAddress ?? "", floatingPortId: portId };
        const command = { type: "CreateFloatingIp", floatingIp, association } as const;
        const decide = (present: FloatingIpState) => decideFloatingIp(command, present);
        return { aggregate: floatingIps, id, decide, context: call.completion(projectId, id) };
      };
      const port = { ...wanted, id, floatingPortId: portId };
      const done = await withFloatingPort(context, port, { call, effects }, creating);
      return { resourceId: id, ...done };
    });
  };
}

export function updateFloatingIp(context: TopologyContext): Work<UpdateFloatingIpRequest> {
  const { fold } = context;
  return async (request, call, effects) => {
    const given = requireGiven("floating_ip", request.floatingIp);
    const id = requireUuid("floating_ip.id", given.id);
    const present = permittedFloatingIp(fold.state, call, id);
    const { floatingIp } = present;
    const checks = fieldChecks();
    checkImmutable(checks, request, {
      "floating_ip.project_id": [given.projectId, floatingIp.projectId],
      "floating_ip.floating_network_id": [given.floatingNetworkId, floatingIp.floatingNetworkId],
      "floating_ip.floating_ip_address": [given.floatingIpAddress, floatingIp.floatingIpAddress],
    });
    checks.done();
    const values = parseFloatingIpValues(given, floatingIp);
    const { fields, own } = updatedFields(request, given, floatingIpFields, {
      port_id: given.portId !== "",
      fixed_ip_address: given.fixedIpAddress !== "",
    });
    const wish = own.length === 0 ? undefined : parseAssociation(associationAfter(given, own, present));
    const { floatingNetworkId } = floatingIp;
    return holdingAssociation(context, call, { wish, floatingNetworkId }, {}, async (wanted) => {
      const association = own.length === 0 ? "keep" : (wanted ?? "clear");
      const command = {
        type: "UpdateFloatingIp",
        floatingIpId: id,
        values,
        fields,
        association,
        etag: request.etag,
      } as const;
      const decide = (one: FloatingIpState) => decideFloatingIp(command, one);
      const done = await effects.execute(floatingIps, id, decide, call.completion(floatingIp.projectId, id));
      return { resourceId: id, ...done };
    });
  };
}

/** Fields that the update leaves out stay as they are; but another port has another address. */
function associationAfter(
  given: { readonly portId: string; readonly fixedIpAddress: string },
  changed: readonly ("port_id" | "fixed_ip_address")[],
  { association }: ActiveFloatingIp,
): { portId: string; fixedIpAddress: string } {
  const portId = changed.includes("port_id") ? given.portId : (association?.portId ?? "");
  if (changed.includes("fixed_ip_address")) return { portId, fixedIpAddress: given.fixedIpAddress };
  const samePort = portId !== "" && portId === association?.portId;
  return { portId, fixedIpAddress: samePort ? association.fixedIpAddress : "" };
}

/** Its port goes after it: a crash between leaves it to the sweep. */
export function deleteFloatingIp({ fold, guards: { hold }, log }: TopologyContext): Work<DeleteFloatingIpRequest> {
  return async (request, call, effects) => {
    const id = requireUuid("id", request.id);
    const { floatingIp } = permittedFloatingIp(fold.state, call, id);
    const { projectId, floatingNetworkId: networkId, floatingPortId } = floatingIp;
    return hold({ exclusive: [guards.port(floatingPortId)] }, async () => {
      const command = { type: "DeleteFloatingIp", floatingIpId: id, etag: request.etag } as const;
      const decide = (one: FloatingIpState) => decideFloatingIp(command, one);
      const done = await effects.execute(floatingIps, id, decide, call.completion(projectId, id));
      const port = { id: floatingPortId, networkId, projectId };
      await finishing(log, { portId: port.id }, () => removeDevicePort(port, call, effects));
      return { resourceId: id, ...done };
    });
  };
}
