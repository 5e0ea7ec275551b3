import { type Columns, listPage, type MountedService, mount, sees } from "@rhumbline/grpc";
import { type PortForwarding, PortForwardingStatus } from "@rhumbline/proto/rhumbline/topology/v1/port_forwarding";
import { PortForwardingServiceService } from "@rhumbline/proto/rhumbline/topology/v1/port_forwarding_service";
import type { FloatingIpState } from "../../floating-ip/state.ts";
import type { StampedPortForwarding } from "../../port-forwarding/state.ts";
import { allPortForwardings } from "../../read-model/port-forwardings.ts";
import type { TopologyState } from "../../read-model/state.ts";
import { portForwardingStatus } from "../../read-model/status.ts";
import { permittedPortForwarding } from "../access/permitted.ts";
import { changing } from "../changing.ts";
import type { TopologyContext } from "../context.ts";
import { requireActive, requireUuid, stamps } from "../request-fields.ts";
import {
  createPortForwarding,
  deletePortForwarding,
  floatingIpWith,
  updatePortForwarding,
} from "./port-forwarding-work.ts";

const columns: Columns<StampedPortForwarding> = {
  id: ({ id }) => id,
  project_id: ({ portForwarding }) => portForwarding.projectId,
  floating_ip_id: ({ portForwarding }) => portForwarding.floatingIpId,
  protocol: ({ portForwarding }) => protocolName(portForwarding),
  "external_ports.first": ({ portForwarding }) => portForwarding.externalPorts?.first,
  "internal_ports.first": ({ portForwarding }) => portForwarding.internalPorts?.first,
  internal_port_id: ({ portForwarding }) => portForwarding.internalPortId,
  internal_ip_address: ({ portForwarding }) => portForwarding.internalIpAddress,
  router_id: ({ portForwarding }) => portForwarding.routerId,
  create_time: ({ createTimeMs }) => createTimeMs,
};

const protocolName = ({ protocol }: Pick<PortForwarding, "protocol">): string =>
  protocol.replace("PORT_FORWARDING_PROTOCOL_", "").toLowerCase();

export function mountPortForwardingService(context: TopologyContext): MountedService {
  const { fold, readable } = context;
  const find = (id: string): FloatingIpState => floatingIpWith(fold.state, id);
  const toPortForwarding = (state: TopologyState, one: StampedPortForwarding): PortForwarding => ({
    ...one.portForwarding,
    status: PortForwardingStatus[portForwardingStatus(state, one)],
    ...stamps(one),
  });
  const answer = (state: FloatingIpState, position: number, id: string) => {
    const found = requireActive("port forwarding", id, state).portForwardings.get(id);
    return { portForwarding: found && toPortForwarding(fold.state, found), position };
  };

  return mount(PortForwardingServiceService, {
    createPortForwarding: changing(context, { work: createPortForwarding(context), find, answer }),
    updatePortForwarding: changing(context, { work: updatePortForwarding(context), find, answer }),
    deletePortForwarding: changing(context, {
      work: deletePortForwarding(context),
      find,
      answer: (_floatingIp, position) => ({ position }),
    }),

    async getPortForwarding(request, call) {
      const id = requireUuid("id", request.id);
      const { state, position } = await readable(request, call);
      return { portForwarding: toPortForwarding(state, permittedPortForwarding(state, call, id)), position };
    },

    async listPortForwardings(request, call) {
      const { state, position } = await readable(request, call);
      const seen = allPortForwardings(state).filter((one) => sees(call.caller, "port forwarding", one.portForwarding));
      const { items, nextPageToken } = listPage(seen, columns, request);
      return { portForwardings: items.map((one) => toPortForwarding(state, one)), nextPageToken, position };
    },
  });
}
