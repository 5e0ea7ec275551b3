import { splitStream } from "@rhumbline/event-sourcing";
import { isSettled, type Placeable } from "./plan-placements.ts";

/** The routers whose place an event of the stream may change; undefined: that of none. Those that wait for a place are concerned
 *  by each such event: another router may leave them room. */
export function concernedBy(stream: string): "all" | { readonly routerId: string } | undefined {
  const { category, id } = splitStream(stream);
  if (category === "node" || category === "network") return "all";
  return category === "router" || category === "routerBinding" ? { routerId: id } : undefined;
}

/** Those of which something is to be said or waited for, in the order of the routers: where room is short, the first get it.
 *  @param among undefined: all. */
export function unsettled(state: Placeable, among: ReadonlySet<string> | undefined): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (routerId: string): unknown => !isSettled(state, routerId) && found.add(routerId);
  for (const routerId of among ?? state.routers.keys()) add(routerId);
  if (among === undefined) for (const routerId of state.bindings.keys()) add(routerId);
  if (among === undefined || found.size < 2) return found;
  const inOrder = [...state.routers.keys()].filter((routerId) => found.has(routerId));
  return new Set([...inOrder, ...found]);
}
