import type { BindPortRequest, UnbindPortRequest } from "@rhumbline/proto/rhumbline/topology/v1/port_service";
import { decidePort } from "../../port/decide.ts";
import type { PortState } from "../../port/state.ts";
import { ports } from "../../read-model/state.ts";
import { permittedPort } from "../access/permitted.ts";
import type { TopologyContext } from "../context.ts";
import { guards } from "../guard-names.ts";
import { requireUuid } from "../request-fields.ts";
import type { Work } from "./port-work.ts";
import { bindingGuards, findBinding, wantedBinding } from "./wanted-binding.ts";

export function bindPort(context: TopologyContext): Work<BindPortRequest> {
  const {
    fold,
    guards: { hold },
  } = context;
  return async (request, call, effects) => {
    const id = requireUuid("id", request.id);
    const found = await findBinding(context, id, request, "");
    return hold({ exclusive: [guards.port(id), ...bindingGuards(found)] }, async () => {
      const { port } = permittedPort(fold.state, call, id);
      const binding = wantedBinding(fold.state, id, found);
      const present = port.binding?.host ?? "";
      const presentNodeName = fold.state.nodes.get(present)?.name ?? present;
      const command = { type: "BindPort", portId: id, binding, presentNodeName, etag: request.etag } as const;
      const decide = (state: PortState) => decidePort(command, state);
      const done = await effects.execute(ports, id, decide, call.completion(port.projectId, id));
      return { resourceId: id, ...done };
    });
  };
}

export function unbindPort({ fold, guards: { hold } }: TopologyContext): Work<UnbindPortRequest> {
  return (request, call, effects) => {
    const id = requireUuid("id", request.id);
    return hold({ exclusive: [guards.port(id)] }, async () => {
      const { port } = permittedPort(fold.state, call, id);
      const command = { type: "UnbindPort", portId: id, etag: request.etag } as const;
      const decide = (state: PortState) => decidePort(command, state);
      const done = await effects.execute(ports, id, decide, call.completion(port.projectId, id));
      return { resourceId: id, ...done };
    });
  };
}
