import type { FlowTranslation } from "../plan/operation.ts";
import type { FlowPorts, ObservedFlow } from "./observed-kernel.ts";

type Addresses = Omit<ObservedFlow, "ports">;

/** A connection as it is observed. Of those that only have their source translated there are many, and no port forwarding
 *  concerns them: their ports don't matter. */
export function flowOf(addresses: Addresses, ports: FlowPorts | undefined): ObservedFlow {
  const { source, destination, replySource, replyDestination } = addresses;
  const onlySource = replySource === destination && replyDestination !== source;
  const flow = { source, destination, replySource, replyDestination };
  return onlySource || ports === undefined ? flow : { ...flow, ports };
}

/** Each translation once. */
export const distinctFlows = (flows: Iterable<ObservedFlow>): ObservedFlow[] => [
  ...new Map([...flows].map((flow) => [JSON.stringify(flow), flow])).values(),
];

export function isTranslatedSo(flow: ObservedFlow, translation: FlowTranslation): boolean {
  const { kind, from, to } = translation;
  if (kind === "source") return flow.source === from && flow.replyDestination === to;
  if (flow.destination !== from || flow.replySource !== to) return false;
  if (kind === "destination") return true;
  const { protocol, destinationPort = 0 } = flow.ports ?? {};
  return (
    protocol === translation.protocol && translation.first <= destinationPort && destinationPort <= translation.last
  );
}
