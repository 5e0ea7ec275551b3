import { type Columns, listPage, type MountedService, mount, sees } from "@rhumbline/grpc";
import { type FloatingIp, FloatingIpStatus } from "@rhumbline/proto/rhumbline/topology/v1/floating_ip";
import { FloatingIpServiceService } from "@rhumbline/proto/rhumbline/topology/v1/floating_ip_service";
import type { ActiveFloatingIp, FloatingIpState } from "../../floating-ip/state.ts";
import { portForwardingsOf } from "../../port-forwarding/decide.ts";
import { floatingIps, type TopologyState } from "../../read-model/state.ts";
import { floatingIpStatus } from "../../read-model/status.ts";
import { permittedFloatingIp } from "../access/permitted.ts";
import { changing } from "../changing.ts";
import type { TopologyContext } from "../context.ts";
import { requireActive, requireUuid, stamps } from "../request-fields.ts";
import { createFloatingIp, deleteFloatingIp, updateFloatingIp } from "./floating-ip-work.ts";

/** That translates it or its ports; empty: none. */
const routerOf = (floatingIp: ActiveFloatingIp): string =>
  floatingIp.association?.routerId ?? portForwardingsOf(floatingIp)[0]?.portForwarding.routerId ?? "";

const columnsFor = (state: TopologyState): Columns<ActiveFloatingIp> => ({
  id: ({ id }) => id,
  project_id: ({ floatingIp }) => floatingIp.projectId,
  floating_network_id: ({ floatingIp }) => floatingIp.floatingNetworkId,
  floating_ip_address: ({ floatingIp }) => floatingIp.floatingIpAddress,
  port_id: ({ association }) => association?.portId,
  router_id: routerOf,
  fixed_ip_address: ({ association }) => association?.fixedIpAddress,
  floating_port_id: ({ floatingIp }) => floatingIp.floatingPortId,
  description: ({ floatingIp }) => floatingIp.description,
  tags: ({ floatingIp }) => floatingIp.tags,
  status: (floatingIp) => floatingIpStatus(state, floatingIp),
  create_time: ({ createTimeMs }) => createTimeMs,
  update_time: ({ updateTimeMs }) => updateTimeMs,
});

export function mountFloatingIpService(context: TopologyContext): MountedService {
  const { fold, readable } = context;
  const find = (id: string): FloatingIpState => floatingIps.select(fold.state, id);
  const toFloatingIp = (state: TopologyState, active: ActiveFloatingIp): FloatingIp => ({
    ...active.floatingIp,
    ...active.association,
    routerId: routerOf(active),
    status: FloatingIpStatus[floatingIpStatus(state, active)],
    ...stamps(active),
  });
  const answer = (state: FloatingIpState, position: number, id: string) => ({
    floatingIp: toFloatingIp(fold.state, requireActive("floating IP", id, state)),
    position,
  });

  return mount(FloatingIpServiceService, {
    createFloatingIp: changing(context, { work: createFloatingIp(context), find, answer }),
    updateFloatingIp: changing(context, { work: updateFloatingIp(context), find, answer }),
    deleteFloatingIp: changing(context, {
      work: deleteFloatingIp(context),
      find,
      answer: (_floatingIp, position) => ({ position }),
    }),

    async getFloatingIp(request, call) {
      const id = requireUuid("id", request.id);
      const { state, position } = await readable(request, call);
      return { floatingIp: toFloatingIp(state, permittedFloatingIp(state, call, id)), position };
    },

    async listFloatingIps(request, call) {
      const { state, position } = await readable(request, call);
      const seen = [...state.floatingIps.values()].filter((one) => sees(call.caller, "floating IP", one.floatingIp));
      const { items, nextPageToken } = listPage(seen, columnsFor(state), request);
      return { floatingIps: items.map((one) => toFloatingIp(state, one)), nextPageToken, position };
    },
  });
}
