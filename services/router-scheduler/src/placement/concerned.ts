import { splitStream } from "@rhumbline/event-sourcing";
import { membersOf } from "../logical-network/membership.ts";
import type { LogicalNetwork } from "../logical-network/state.ts";
import { isSettled, type Placeable } from "./plan-placements.ts";

/** The routers whose place an event of the stream may change. Where it is that of any, it may be that of those that wait for a
 *  place too: another router may leave them room.
 *  @param state after the event. */
export function concernedBy(
  { routersByNetwork }: Pick<LogicalNetwork, "routersByNetwork">,
  stream: string,
): "all" | readonly string[] {
  const { category, id } = splitStream(stream);
  switch (category) {
    case "node":
      return "all";
    case "network":
      return membersOf(routersByNetwork, id);
    case "router":
    case "routerBinding":
      return [id];
    default:
      return [];
  }
}

/** Those of which something is to be said or waited for, in the order of the routers: where room is short, the first get it.
 *  @param among undefined: all. */
export function unsettled(state: Placeable, among: ReadonlySet<string> | undefined): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (routerId: string): unknown => !isSettled(state, routerId) && found.add(routerId);
  for (const routerId of among ?? state.routers.keys()) add(routerId);
  if (among === undefined) {
    for (const routerId of state.bindings.keys()) if (!state.routers.has(routerId)) add(routerId);
  }
  if (among === undefined || found.size < 2) return found;
  const inOrder = [...state.routers.keys()].filter((routerId) => found.has(routerId));
  return new Set([...inOrder, ...found]);
}
