import { InvalidFields } from "@rhumbline/event-sourcing";
import { fieldChecks } from "@rhumbline/grpc";
import { instanceDevice, isInstanceDevice, parseDeviceName } from "@rhumbline/net";
import type { WantedBinding } from "../../port/commands.ts";
import { nodesNamed, portWithDevice } from "../../read-model/lookups.ts";
import type { KnownNode, TopologyState } from "../../read-model/state.ts";
import { findOrCatchUp, type TopologyContext } from "../context.ts";
import { guards } from "../guard-names.ts";

/** A binding as a request has it: the node by name or id, and perhaps a device. */
interface AskedBinding {
  readonly host: string;
  readonly device: string;
}

/** What a request's binding names. */
export interface FoundBinding {
  readonly node: KnownNode;
  readonly device: string;
}

/** The node that a binding names, by id or by a name that only one has, and a device that can be one.
 *  @param within the field of the request that holds host and device: "port.binding." or nothing.
 *  @throws {InvalidFields} */
export async function findBinding(
  context: Pick<TopologyContext, "fold" | "follower">,
  portId: string,
  { host, device }: AskedBinding,
  within: string,
): Promise<FoundBinding> {
  const checks = fieldChecks();
  checks.require(`${within}host`, host !== "", "is required: the id or name of a node");
  if (device !== "") {
    checks.parse(`${within}device`, device, parseDeviceName);
    const isAnothers = isInstanceDevice(device) && device !== instanceDevice(portId);
    checks.require(`${within}device`, !isAnothers, `${device} is what another port's device is called by itself`);
  }
  checks.done();
  return { node: await requireNode(context, host, `${within}host`), device };
}

async function requireNode(
  context: Pick<TopologyContext, "fold" | "follower">,
  host: string,
  field: string,
): Promise<KnownNode> {
  const nodes = await findOrCatchUp(context, (state) => {
    const named = nodesNamed(state, host);
    return named.length > 0 ? named : undefined;
  });
  const [node, ...others] = nodes ?? [];
  if (node !== undefined && others.length === 0) return node;
  const ids = nodes?.map(({ id }) => id).join(", ");
  const description =
    ids === undefined
      ? `no node is registered with the id or name ${JSON.stringify(host)}`
      : `several nodes are named ${JSON.stringify(host)}: give one of the ids ${ids}`;
  throw new InvalidFields([{ field, description }]);
}

/** What is to be held while the binding is decided about. */
export const bindingGuards = (found: FoundBinding | undefined): string[] =>
  found === undefined || found.device === "" ? [] : [guards.device(found.node.id, found.device)];

/** Under its guards: what to decide by. */
export function wantedBinding(state: TopologyState, portId: string, { node, device }: FoundBinding): WantedBinding {
  const holder = portWithDevice(state, node.id, device);
  return { nodeId: node.id, nodeName: node.name, device, heldBy: holder === portId ? undefined : holder };
}
