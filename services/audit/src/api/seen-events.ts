import { type Category, prefixOf, splitStream } from "@rhumbline/event-sourcing";
import { type Caller, isAdmin, sees } from "@rhumbline/grpc";
import type { LogEvent } from "@rhumbline/proto/rhumbline/audit/v1/audit_service";

/** The streams of what projects have. The others tell of nodes, of where things run and of how frames travel: an
 *  administrator's alone. */
const projectCategories: readonly Category[] = [
  "network",
  "subnet",
  "subnetPool",
  "scope",
  "port",
  "securityGroup",
  "addressGroup",
  "router",
  "floatingIp",
  "quota",
];
const placing = ["PortBound", "PortUnbound", "PortMoveStarted", "PortMoveAborted"];

/** Of these prefixes of streams those that may hold something for the caller. */
export function seenStreams(caller: Caller, prefixes: readonly string[]): readonly string[] {
  if (isAdmin(caller)) return prefixes;
  return prefixes.filter((prefix) => projectCategories.some((category) => prefix === prefixOf(category)));
}

/** Whether the caller may know of the event. */
export function seesEvent(caller: Caller, { projectId, stream, type }: LogEvent): boolean {
  if (isAdmin(caller)) return true;
  const ofProjects = (projectCategories as readonly string[]).includes(splitStream(stream).category);
  return ofProjects && !placing.includes(type) && sees(caller, "event", { projectId });
}

/** The event without what its resource does not show him either. */
export function asSeenBy(caller: Caller, event: LogEvent): LogEvent {
  if (isAdmin(caller) || event.kind !== "network") return event;
  const { network, ...data } = JSON.parse(event.dataJson) as { network?: Record<string, unknown> };
  if (network === undefined) return event;
  const { segment: _, ...shown } = network;
  return { ...event, dataJson: JSON.stringify({ ...data, network: shown }) };
}
