import { distinctFlows, flowOf } from "../flow.ts";
import type { FlowPorts, ObservedFlow } from "../observed-kernel.ts";

/** `conntrack -L`: the distinct translations among the connections. Source ports and states don't matter: access is to
 *  an address, or to a port of one. */
export function parseFlows(listed: string): ObservedFlow[] {
  return distinctFlows(listed.split("\n").flatMap((line) => parseFlow(line) ?? []));
}

function parseFlow(line: string): ObservedFlow | undefined {
  const [source, replySource] = [...line.matchAll(/ src=(\S+)/g)].map(([, address]) => address);
  const [destination, replyDestination] = [...line.matchAll(/ dst=(\S+)/g)].map(([, address]) => address);
  if (source === undefined || destination === undefined) return undefined;
  if (replySource === undefined || replyDestination === undefined) return undefined;
  return flowOf({ source, destination, replySource, replyDestination }, portsOf(line));
}

function portsOf(line: string): FlowPorts | undefined {
  const protocol = /^(tcp|udp) /.exec(line)?.[1];
  const [destinationPort] = [...line.matchAll(/ dport=(\d+)/g)].map(([, port]) => Number(port));
  const [, replySourcePort] = [...line.matchAll(/ sport=(\d+)/g)].map(([, port]) => Number(port));
  if (destinationPort === undefined || replySourcePort === undefined) return undefined;
  return protocol === "tcp" || protocol === "udp" ? { protocol, destinationPort, replySourcePort } : undefined;
}
