import {
  type Call,
  type Caller,
  type Columns,
  isAdmin,
  listPage,
  type MountedService,
  mount,
  sees,
} from "@rhumbline/grpc";
import { type Port, PortStatus } from "@rhumbline/proto/rhumbline/topology/v1/port";
import { PortServiceService } from "@rhumbline/proto/rhumbline/topology/v1/port_service";
import type { ActivePort, PortState } from "../../port/state.ts";
import { ports, type TopologyState } from "../../read-model/state.ts";
import { portStatus, portStatusReason } from "../../read-model/status.ts";
import { permittedPort, portBelonging } from "../access/permitted.ts";
import { changing } from "../changing.ts";
import type { TopologyContext } from "../context.ts";
import { requireActive, requireUuid, stamps } from "../request-fields.ts";
import { abortPortMove, bindPort, finishPortMove, startPortMove, unbindPort } from "./binding-work.ts";
import { createPort, deletePort, updatePort } from "./port-work.ts";

const columnsFor = (state: TopologyState, caller: Caller): Columns<ActivePort> => ({
  id: ({ id }) => id,
  project_id: ({ port }) => port.projectId,
  network_id: ({ port }) => port.networkId,
  name: ({ port }) => port.name,
  mac_address: ({ port }) => port.macAddress,
  device_id: ({ port }) => port.deviceId,
  device_owner: ({ port }) => port.deviceOwner,
  "binding.host": ({ port }) => (isAdmin(caller) ? port.binding?.host : undefined),
  "binding.device": ({ port }) => (isAdmin(caller) ? port.binding?.device : undefined),
  description: ({ port }) => port.description,
  tags: ({ port }) => port.tags,
  admin_state_up: ({ port }) => port.adminStateUp ?? true,
  "fixed_ips.ip_address": ({ port }) => port.fixedIps.map(({ ipAddress }) => ipAddress),
  "fixed_ips.subnet_id": ({ port }) => port.fixedIps.map(({ subnetId }) => subnetId),
  status: (port) => portStatus(state, port),
  create_time: ({ createTimeMs }) => createTimeMs,
  update_time: ({ updateTimeMs }) => updateTimeMs,
});

export function mountPortService(context: TopologyContext): MountedService {
  const { fold, readable } = context;
  const find = (id: string): PortState => ports.select(fold.state, id);
  /** Where it runs is the operator's to know. */
  const toPort = (state: TopologyState, active: ActivePort, caller: Caller): Port => ({
    ...active.port,
    binding: isAdmin(caller) ? active.port.binding : undefined,
    status: PortStatus[portStatus(state, active)],
    statusReason: isAdmin(caller) ? portStatusReason(state, active) : "",
    ...stamps(active),
  });
  const answer = (state: PortState, position: number, id: string, { caller }: Pick<Call, "caller">) => ({
    port: toPort(fold.state, requireActive("port", id, state), caller),
    position,
  });

  return mount(PortServiceService, {
    createPort: changing(context, { work: createPort(context), find, answer }),
    updatePort: changing(context, { work: updatePort(context), find, answer }),
    deletePort: changing(context, {
      work: deletePort(context),
      find,
      answer: (_port, position) => ({ position }),
    }),
    bindPort: changing(context, { work: bindPort(context), find, answer }),
    unbindPort: changing(context, { work: unbindPort(context), find, answer }),
    startPortMove: changing(context, { work: startPortMove(context), find, answer }),
    finishPortMove: changing(context, { work: finishPortMove(context), find, answer }),
    abortPortMove: changing(context, { work: abortPortMove(context), find, answer }),

    async getPort(request, call) {
      const id = requireUuid("id", request.id);
      const { state, position } = await readable(request, call);
      return { port: toPort(state, permittedPort(state, call, id), call.caller), position };
    },

    async listPorts(request, call) {
      const { state, position } = await readable(request, call);
      const { caller } = call;
      const seen = [...state.ports.values()].filter((port) => sees(caller, "port", portBelonging(state, port)));
      const { items, nextPageToken } = listPage(seen, columnsFor(state, caller), request);
      return { ports: items.map((port) => toPort(state, port, caller)), nextPageToken, position };
    },
  });
}
