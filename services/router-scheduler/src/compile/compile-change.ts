import { canonicalText, PersistentMap } from "@rhumbline/event-sourcing";
import { groupPlaces, groupUsesOf } from "./group-places.ts";
import { nodesOfRouter } from "./nodes-of-router.ts";
import { type Place, placesOf, type Subject, usesOf } from "./places.ts";
import { type Cause, type Compiled, isGone, type Resource } from "./state.ts";
import { wantedAt } from "./wanted.ts";

/** Makes a change to the state that desired state follows from, and brings desired state after it: of all nodes' values
 *  only those that can differ are looked at, and only those that do differ are touched. */
export function compileChange(state: Compiled, subject: Subject, cause: Cause, change: () => void): void {
  const placesBefore = placesOf(state, subject);
  const usesBefore = countedUses(state, subject);
  change();
  for (const use of usesBefore) count(use, -1);
  for (const use of countedUses(state, subject)) count(use, +1);
  const places = [...placesBefore, ...placesOf(state, subject)];
  for (const place of new Map(places.map((at) => [`${at.nodeId}.${at.key}`, at])).values()) settle(state, place, cause);
}

/** Begins desired state for a node that came to be, of which things may have been said before. */
export function compileNewNode(state: Compiled, nodeId: string, cause: Cause): void {
  state.desired.set(nodeId, { ...cause, entries: PersistentMap.empty() });
  const ports = [...state.ports]
    .filter(([, port]) => port.nodeId === nodeId)
    .map(([id]) => ({ kind: "port", id }) as const);
  const routers = [...state.bindings]
    .filter(([id]) => nodesOfRouter(state, id).includes(nodeId))
    .map(([id]) => ({ kind: "router", id }) as const);
  for (const subject of [...ports, ...routers]) {
    for (const place of placesOf(state, subject)) settle(state, place, cause);
  }
  const groupIds = new Set(ports.flatMap(({ id }) => groupUsesOf(state, id).map(({ groupId }) => groupId)));
  for (const groupId of groupIds) {
    for (const place of groupPlaces(state, { nodeId, groupId })) settle(state, place, cause);
  }
}

/** Takes note that a node removed what it was to remove: nothing more is to be said of it. */
export function forgetGone(state: Compiled, { nodeId, key }: Place, reportedPosition: number): void {
  const node = state.desired.get(nodeId);
  const entry = node?.entries.get(key);
  if (node === undefined || entry === undefined || !isGone(entry) || reportedPosition < entry.position) return;
  state.desired.set(nodeId, { ...node, entries: node.entries.without(key) });
}

const gone: Resource = { $case: "gone", value: {} };

function settle(state: Compiled, place: Place, { position, causation }: Cause): void {
  const node = state.desired.get(place.nodeId);
  // A node that never registered has nobody to realise anything.
  if (node === undefined) return;
  const wanted = wantedAt(state, place);
  const present = node.entries.get(place.key)?.resource;
  if (wanted === undefined && (present === undefined || present.$case === "gone")) return;
  if (wanted !== undefined && canonicalText(wanted) === canonicalText(present)) return;
  const entry = { resource: wanted ?? gone, position, causation };
  state.desired.set(place.nodeId, { position, causation, entries: node.entries.with(place.key, entry) });
}

/** One use of something on a node, and where such uses are counted. */
interface CountedUse {
  readonly counts: Map<string, PersistentMap<string, number>>;
  readonly id: string;
  readonly nodeId: string;
}

function countedUses(state: Compiled, subject: Subject): CountedUse[] {
  const ofNetworks = usesOf(state, subject).map(({ nodeId, networkId }) => ({
    counts: state.usersByNetwork,
    id: networkId,
    nodeId,
  }));
  const groups = subject.kind === "port" ? groupUsesOf(state, subject.id) : [];
  return [...ofNetworks, ...groups.map(({ nodeId, groupId }) => ({ counts: state.usersByGroup, id: groupId, nodeId }))];
}

function count({ counts, id, nodeId }: CountedUse, by: 1 | -1): void {
  const users = counts.get(id) ?? PersistentMap.empty<string, number>();
  const left = (users.get(nodeId) ?? 0) + by;
  const changed = left > 0 ? users.with(nodeId, left) : users.without(nodeId);
  if (changed.size > 0) counts.set(id, changed);
  else counts.delete(id);
}
