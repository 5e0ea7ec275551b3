import type {
  AbortPortMoveRequest,
  BindPortRequest,
  FinishPortMoveRequest,
  StartPortMoveRequest,
  UnbindPortRequest,
} from "@rhumbline/proto/rhumbline/topology/v1/port_service";
import type { PortCommand, WantedBinding } from "../../port/commands.ts";
import { decidePort } from "../../port/decide.ts";
import type { ActivePort } from "../../port/state.ts";
import { ports } from "../../read-model/state.ts";
import { permittedPort } from "../access/permitted.ts";
import type { TopologyContext } from "../context.ts";
import { guards } from "../guard-names.ts";
import { requireUuid } from "../request-fields.ts";
import type { Work } from "./port-work.ts";
import { bindingGuards, findBinding, wantedBinding } from "./wanted-binding.ts";

interface Named {
  readonly id: string;
  readonly etag: string;
}

interface Placed extends Named {
  readonly host: string;
  readonly device: string;
}

/** Work on one port that a command says all of.
 *  @param commandOf the command, under the port's guard. */
function onPort<Req extends Named>(
  { fold, guards: { hold } }: TopologyContext,
  commandOf: (request: Req, active: ActivePort) => PortCommand,
  further: readonly string[] = [],
): Work<Req> {
  return (request, call, effects) => {
    const id = requireUuid("id", request.id);
    return hold({ exclusive: [guards.port(id), ...further] }, async () => {
      const active = permittedPort(fold.state, call, id);
      const command = commandOf(request, active);
      const completion = call.completion(active.port.projectId, id);
      const done = await effects.execute(ports, id, (state) => decidePort(command, state), completion);
      return { resourceId: id, ...done };
    });
  };
}

/** The same, with a node and a device that the request names. */
function toPlace<Req extends Placed>(
  context: TopologyContext,
  commandOf: (request: Req, binding: WantedBinding, active: ActivePort) => PortCommand,
): Work<Req> {
  return async (request, call, effects) => {
    const id = requireUuid("id", request.id);
    const found = await findBinding(context, id, request, "");
    const wanted = (asked: Req, active: ActivePort): PortCommand =>
      commandOf(asked, wantedBinding(context.fold.state, id, found), active);
    return onPort(context, wanted, bindingGuards(found))(request, call, effects);
  };
}

export const bindPort = (context: TopologyContext): Work<BindPortRequest> =>
  toPlace(context, ({ id: portId, etag }, binding, { port }) => {
    const present = port.binding?.host ?? "";
    const presentNodeName = context.fold.state.nodes.get(present)?.name ?? present;
    return { type: "BindPort", portId, binding, presentNodeName, etag };
  });

export const unbindPort = (context: TopologyContext): Work<UnbindPortRequest> =>
  onPort(context, ({ id: portId, etag }) => ({ type: "UnbindPort", portId, etag }));

export const startPortMove = (context: TopologyContext): Work<StartPortMoveRequest> =>
  toPlace(context, ({ id: portId, etag }, binding) => ({ type: "StartPortMove", portId, binding, etag }));

export const finishPortMove = (context: TopologyContext): Work<FinishPortMoveRequest> =>
  onPort(context, ({ id: portId, etag }) => ({ type: "FinishPortMove", portId, etag }));

export const abortPortMove = (context: TopologyContext): Work<AbortPortMoveRequest> =>
  onPort(context, ({ id: portId, etag }) => ({ type: "AbortPortMove", portId, etag }));
