import { Node } from "@rhumbline/proto/rhumbline/scheduler/v1/node";
import type { Resource } from "../resource/resource.ts";

export const nodeResource: Resource<Node> = {
  ofProjects: false,
  noun: "node",
  title: "node",
  field: "node",
  pluralField: "nodes",
  nameField: "name",
  kind: undefined,
  columns: [
    { heading: "ID", text: ({ id }) => id },
    { heading: "NAME", text: ({ name }) => name },
    { heading: "ALIVE", text: ({ alive }) => (alive ? "alive" : "dead"), status: true },
    { heading: "SCHEDULING", text: ({ cordoned, drain }) => (drain ? "draining" : cordoned ? "cordoned" : "") },
    { heading: "TUNNEL IP", text: ({ tunnelIp }) => tunnelIp },
    { heading: "ROUTERS", text: ({ routerCount }) => String(routerCount) },
    { heading: "APPLIED", text: ({ appliedPosition }) => String(appliedPosition) },
    { heading: "DESIRED", text: ({ desiredPosition }) => String(desiredPosition) },
    { heading: "ZONE", text: ({ availabilityZone }) => availabilityZone, wide: true },
    { heading: "LABELS", text: ({ labels }) => pairs(labels, "=") },
    { heading: "MAPPINGS", text: ({ bridgeMappings }) => pairs(bridgeMappings, ":"), wide: true },
    { heading: "CAPABILITIES", text: ({ capabilities }) => capabilities.join(", "), wide: true },
    { heading: "MAX ROUTERS", text: ({ maxRouters }) => (maxRouters === 0 ? "" : String(maxRouters)), wide: true },
    { heading: "MTU", text: underlayText, wide: true },
    { heading: "BACKEND", text: ({ backend }) => backend, wide: true },
    { heading: "VERSION", text: ({ agentVersion }) => agentVersion, wide: true },
    { heading: "REFUSAL", text: ({ refusal }) => refusal },
  ],
  idOf: ({ id }) => id,
  toJson: Node.toJSON,
  async get({ nodes }, id, at) {
    const { node, position } = await nodes.getNode({ id, ...at });
    return { item: node, position };
  },
  async list({ nodes }, query) {
    const { nodes: items, nextPageToken, position } = await nodes.listNodes(query);
    return { items, nextPageToken, position };
  },
  remove: ({ nodes }, request) => nodes.deleteNode(request),
};

/** "physnet1:br-ex, physnet2:br-2". */
const pairs = (map: Readonly<Record<string, string>>, between: string): string =>
  Object.entries(map)
    .map(([key, value]) => `${key}${between}${value}`)
    .join(", ");

/** "1450 (50 too few for its networks)". */
function underlayText({ underlayMtu, missingUnderlayBytes }: Node): string {
  if (underlayMtu === 0) return "";
  return missingUnderlayBytes === 0
    ? `${underlayMtu}`
    : `${underlayMtu} (${missingUnderlayBytes} too few for its networks)`;
}
