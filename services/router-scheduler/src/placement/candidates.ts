import { type LogicalNetwork, networksOf, type Router } from "../logical-network/state.ts";
import type { RegisteredNode } from "../node/state.ts";

/** Physical networks that a node must carry to hold the router, in order. */
export function physicalNetworksOf(state: Pick<LogicalNetwork, "networks">, router: Router): string[] {
  const names = networksOf(router).map((networkId) => state.networks.get(networkId)?.physicalNetwork ?? "");
  return [...new Set(names)].filter((name) => name !== "").sort();
}

/** Why the node can't hold a router that needs these physical networks; undefined: it can. */
export function objectionTo(node: RegisteredNode, physicalNetworks: readonly string[]): string | undefined {
  if (!node.alive) return "is unreachable";
  if (!node.capabilities.includes("routers")) return "can't hold routers";
  return mappingMissing(node, physicalNetworks);
}

/** As objectionTo, for a node that holds the router already: that it is unreachable is no reason to give up on it. */
export function mappingMissing(node: RegisteredNode, physicalNetworks: readonly string[]): string | undefined {
  const missing = physicalNetworks.find((name) => node.bridgeMappings[name] === undefined);
  return missing === undefined ? undefined : `has no mapping for ${missing}`;
}

/** Why none of the nodes can hold the router, in one line however many they are.
 *  @param objections one a node. */
export function whyNone(objections: readonly string[]): string {
  if (objections.length === 0) return "no node is registered";
  const counts = new Map<string, number>();
  for (const objection of objections) counts.set(objection, (counts.get(objection) ?? 0) + 1);
  const [first = ""] = objections;
  if (counts.size === 1) return objections.length === 1 ? `the only node ${first}` : `every node ${first}`;
  const parts = [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([objection, n]) => `${n} ${plural(n)} ${objection}`);
  return `no node can hold it: ${parts.join("; ")}`;
}

const plural = (n: number): string => (n === 1 ? "node that" : "nodes, each of which");
