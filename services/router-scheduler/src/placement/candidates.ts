import type { RegisteredNode } from "../node/state.ts";
import { missingUnderlayBytes } from "./underlay.ts";
import { lackByType, type PlacementWish } from "./wish.ts";

/** Every reason why a router that asks for this can't be given to the node now; none: it can.
 *  @param routers that the node has, or is about to get. */
export function objectionsTo(node: RegisteredNode, wish: PlacementWish, routers: number): string[] {
  return [
    ...(node.alive ? [] : ["is unreachable"]),
    ...(node.cordoned ? ["is cordoned"] : []),
    ...refusalOf(node),
    ...(node.capabilities.includes("routers") ? [] : ["can't hold routers"]),
    ...misfits(node, wish),
    ...smallUnderlay(node, wish),
    ...(isFull(node, routers) ? [`is full with ${routers} ${routers === 1 ? "router" : "routers"}`] : []),
  ];
}

/** Why a node can neither take a router nor hand one over, though it forwards with those that it has; none: it can. */
export const refusalOf = ({ refusal }: RegisteredNode): string[] =>
  refusal === "" ? [] : [`applies nothing new: ${refusal}`];

/** As objectionsTo, for a node that holds the router already: that it is unreachable, full, cordoned or applies nothing new is
 *  no reason to give up on it, and neither are large packets that it loses. */
export function misfits(node: RegisteredNode, wish: PlacementWish): string[] {
  const { physicalNetworks, networkTypes = [], availabilityZoneHints: hints, nodeSelector } = wish;
  const missing = physicalNetworks.find((name) => node.bridgeMappings[name] === undefined);
  const { availabilityZone: zone, labels } = node;
  const unlike = Object.entries(nodeSelector).find(([key, value]) => labels[key] !== value);
  return [
    ...networkTypes.filter((type) => !node.capabilities.includes(type)).map((type) => lackByType[type] ?? ""),
    ...(missing === undefined ? [] : [`has no mapping for ${missing}`]),
    ...(hints.length === 0 || hints.includes(zone) ? [] : [`is not in availability zone ${hints.join(" or ")}`]),
    ...(unlike === undefined ? [] : [`lacks label ${unlike[0]}=${unlike[1]}`]),
  ];
}

function smallUnderlay(node: RegisteredNode, { overlayMtu = 0 }: PlacementWish): string[] {
  const missing = missingUnderlayBytes(node, overlayMtu);
  const { underlayMtu } = node;
  if (missing === 0) return [];
  return [`carries ${underlayMtu} bytes between the nodes, and its networks need ${underlayMtu + missing}`];
}

const isFull = ({ maxRouters }: RegisteredNode, routers: number): boolean => maxRouters > 0 && routers >= maxRouters;

/** Why none of the nodes can hold the router, in one line however many they are.
 *  @param objections the first of each node. */
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
