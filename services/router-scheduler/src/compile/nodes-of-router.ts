import type { Compiled } from "./state.ts";

/** Where the router is programmed: on the node that answers for it and, while it is on the move, on the one it goes to. */
export function nodesOfRouter({ bindings }: Pick<Compiled, "bindings">, routerId: string): string[] {
  const { nodeId = "", move } = bindings.get(routerId) ?? {};
  return [...new Set([nodeId, move?.toNodeId ?? ""])].filter((id) => id !== "");
}

/** Whether the router stands behind closed doors there: it comes, or is about to have left. */
export function isOnStandby({ bindings }: Pick<Compiled, "bindings">, routerId: string, nodeId: string): boolean {
  const { nodeId: owner, move } = bindings.get(routerId) ?? {};
  return owner !== nodeId || move?.phase === "closing";
}
