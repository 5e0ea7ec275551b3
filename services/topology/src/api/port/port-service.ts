import { type Call, type Caller, isAdmin, type MountedService, mount } from "@rhumbline/grpc";
import { type Port, PortStatus } from "@rhumbline/proto/rhumbline/topology/v1/port";
import { PortServiceService } from "@rhumbline/proto/rhumbline/topology/v1/port_service";
import type { ActivePort, PortState } from "../../port/state.ts";
import { ports, type TopologyState } from "../../read-model/state.ts";
import { portStatus, portStatusReason } from "../../read-model/status.ts";
import { permittedPort } from "../access/permitted.ts";
import { changing } from "../changing.ts";
import type { TopologyContext } from "../context.ts";
import { requireActive, requireUuid, stamps } from "../request-fields.ts";
import { abortPortMove, bindPort, finishPortMove, startPortMove, unbindPort } from "./binding-work.ts";
import { listPorts } from "./list-ports.ts";
import { createPort, deletePort, updatePort } from "./port-work.ts";

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
      const { items, nextPageToken } = listPorts(state, caller, request);
      return { ports: items.map((port) => toPort(state, port, caller)), nextPageToken, position };
    },
  });
}
