import { Node } from "@rhumbline/proto/rhumbline/scheduler/v1/node";
import type { Resource } from "../resource/resource.ts";

export const nodeResource: Resource<Node> = {
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
    { heading: "TUNNEL IP", text: ({ tunnelIp }) => tunnelIp },
    { heading: "ROUTERS", text: ({ routerCount }) => String(routerCount) },
    { heading: "APPLIED", text: ({ appliedPosition }) => String(appliedPosition) },
    { heading: "DESIRED", text: ({ desiredPosition }) => String(desiredPosition) },
    { heading: "REFUSAL", text: ({ refusal }) => refusal },
  ],
  idOf: ({ id }) => id,
  toJson: Node.toJSON,
  async get({ nodes }, id, minPosition) {
    const { node, position } = await nodes.getNode({ id, minPosition, asOf: undefined });
    return { item: node, position };
  },
  async list({ nodes }, query) {
    const { nodes: items, nextPageToken, position } = await nodes.listNodes(query);
    return { items, nextPageToken, position };
  },
  remove: ({ nodes }, request) => nodes.deleteNode(request),
};
