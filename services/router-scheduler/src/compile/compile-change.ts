import { isSame, VersionedMap } from "@rhumbline/event-sourcing";
import { nodesOfPort } from "../logical-network/state.ts";
import { groupPlaces } from "./group-places.ts";
import { nodesOfRouter } from "./nodes-of-router.ts";
import type { Place } from "./place.ts";
import { placesOf, placesOfMembership, type Subject } from "./places.ts";
import { placesOfChangedPairs, probePairs } from "./probe-ring.ts";
import { type Cause, type Compiled, isGone, type Resource } from "./state.ts";
import { countUses, isOnNode, needsNothing, usesOfSubject } from "./use-counts.ts";
import { wantedAt } from "./wanted.ts";

/** Makes a change to the state that desired state follows from, and brings desired state after it: of all nodes' values
 *  only those that can differ are looked at, and only those that do differ are touched. */
export function compileChange(state: Compiled, subject: Subject, cause: Cause, change: () => void): void {
  const placesBefore = placesOf(state, subject);
  const usesBefore = usesOfSubject(state, subject);
  change();
  const usesAfter = usesOfSubject(state, subject);
  if (needsNothing(usesBefore) && needsNothing(usesAfter)) {
    settleAll(state, placesBefore.concat(placesOf(state, subject)), cause);
    return;
  }
  const moved = [...usesBefore.networks, ...usesAfter.networks];
  const onNode = moved.map((use) => isOnNode(state, use));
  countUses(state, usesBefore, -1);
  countUses(state, usesAfter, +1);
  const memberships = moved.filter((use, index) => isOnNode(state, use) !== onNode[index]);
  settleAll(
    state,
    [
      ...placesBefore,
      ...placesOf(state, subject),
      ...memberships.flatMap((membership) => placesOfMembership(state, membership)),
    ],
    cause,
  );
}

/** Makes a change to a node that others know of, its tunnel address, and brings all nodes' desired state after it. A node
 *  that came to be gets all that was said of it before. */
export function compileNodeChange(state: Compiled, nodeId: string, cause: Cause, change: () => void): void {
  const tunnelIpBefore = state.nodes.get(nodeId)?.tunnelIp ?? "";
  change();
  const isNew = state.nodes.has(nodeId) && !state.desired.has(nodeId);
  if (isNew) {
    const { position, causation } = cause;
    state.desired.set(nodeId, { position, causation, entries: VersionedMap.from() });
  }
  if (!state.nodes.has(nodeId)) state.desired.delete(nodeId);
  const isReached = (state.nodes.get(nodeId)?.tunnelIp ?? "") !== tunnelIpBefore;
  settleAll(state, [...(isNew ? placesAt(state, nodeId) : []), ...(isReached ? overlaysAt(state, nodeId) : [])], cause);
}

/** All that stands at a node by itself. */
function placesAt(state: Compiled, nodeId: string): Place[] {
  const ports = [...state.ports].filter(([, port]) => nodesOfPort(port).includes(nodeId));
  const routers = [...state.bindings].filter(([id]) => nodesOfRouter(state, id).includes(nodeId));
  const groups = [...state.usersByGroup].filter(([, users]) => users.has(nodeId));
  return [
    ...ports.flatMap(([id]) => placesOf(state, { kind: "port", id })),
    ...routers.flatMap(([id]) => placesOf(state, { kind: "router", id })),
    ...groups.flatMap(([groupId]) => groupPlaces(state, { nodeId, groupId })),
  ].filter((place) => place.nodeId === nodeId);
}

/** Everything that depends on how a node is reached: its own overlays, its peers' lists, and its ports at each of them. */
function overlaysAt(state: Compiled, nodeId: string): Place[] {
  const networkIds = [...state.usersByNetwork].filter(([, users]) => users.has(nodeId)).map(([networkId]) => networkId);
  return networkIds.flatMap((networkId) => [
    ...placesOfMembership(state, { nodeId, networkId }),
    ...placesOf(state, { kind: "network", id: networkId }).filter(({ key }) => key.startsWith("forwarding.")),
  ]);
}

/** Makes a change to a node, and brings after it who is to probe whom. */
export function compileProbeRing(state: Compiled, cause: Cause, change: () => void): void {
  const before = probePairs(state);
  change();
  settleAll(state, placesOfChangedPairs(before, probePairs(state)), cause);
}

/** Takes note that a node removed what it was to remove: nothing more is to be said of it. */
export function forgetGone(state: Compiled, { nodeId, key }: Place, reportedPosition: number): void {
  const node = state.desired.get(nodeId);
  const entry = node?.entries.get(key);
  if (node === undefined || entry === undefined || !isGone(entry) || reportedPosition < entry.position) return;
  state.desired.set(nodeId, { ...node, entries: node.entries.without(key) });
}

const gone: Resource = { $case: "gone", value: {} };

/** Each of the places once. */
function settleAll(state: Compiled, places: readonly Place[], cause: Cause): void {
  if (places.length === 0) return;
  for (const place of new Map(places.map((at) => [`${at.nodeId}.${at.key}`, at])).values()) settle(state, place, cause);
}

function settle(state: Compiled, place: Place, cause: Cause): void {
  const node = state.desired.get(place.nodeId);
  // A node that never registered has nobody to realise anything.
  if (node === undefined) return;
  const wanted = wantedAt(state, place);
  const present = node.entries.get(place.key)?.resource;
  if (wanted === undefined && (present === undefined || present.$case === "gone")) return;
  if (wanted !== undefined && isSame(wanted, present)) return;
  const { position, causation } = cause;
  const entry = { resource: wanted ?? gone, position, causation };
  state.desired.set(place.nodeId, { position, causation, entries: node.entries.with(place.key, entry) });
}
