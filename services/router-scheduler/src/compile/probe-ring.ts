import type { RegisteredNode } from "../node/state.ts";
import { resourceKey } from "./resource-key.ts";
import type { Compiled, Resource } from "./state.ts";

/** Enough that one of them is alive and not cut off, few enough that no node is asked by all. */
const probersOfEach = 3;

/** Who is to probe whom, as "<prober> <peer> <tunnel address>": each node with a tunnel address is probed by the next ones in the order of
 *  their ids, so that one that comes or goes changes what few are to do. */
export function probePairs({ nodes }: Pick<Compiled, "nodes">): Set<string> {
  const ring = [...nodes.values()].filter(({ tunnelIp }) => tunnelIp !== "").sort((a, b) => (a.id < b.id ? -1 : 1));
  const pairs = new Set<string>();
  for (const [at, peer] of ring.entries()) {
    for (let step = 1; step <= Math.min(probersOfEach, ring.length - 1); step += 1) {
      const prober = ring[(at + step) % ring.length];
      if (prober !== undefined) pairs.add(pairOf(prober.id, peer));
    }
  }
  return pairs;
}

const pairOf = (proberId: string, { id, tunnelIp }: Pick<RegisteredNode, "id" | "tunnelIp">): string =>
  `${proberId} ${id} ${tunnelIp}`;

/** The places where the two differ: what a node is to know of a peer. */
export function placesOfChangedPairs(before: ReadonlySet<string>, after: ReadonlySet<string>) {
  const changed = [...before, ...after].filter((pair) => before.has(pair) !== after.has(pair));
  return changed.map((pair) => {
    const [nodeId = "", peer = ""] = pair.split(" ");
    return { nodeId, key: resourceKey("peer", peer) };
  });
}

/** The peer as the node is to probe it; undefined: others do. */
export function wantedPeer(state: Compiled, nodeId: string, peerId: string): Resource | undefined {
  const peer = state.nodes.get(peerId);
  if (peer === undefined || !probePairs(state).has(pairOf(nodeId, peer))) return undefined;
  return { $case: "peer", value: { nodeId: peerId, tunnelIp: peer.tunnelIp } };
}
