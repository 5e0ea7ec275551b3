import type { ObservedFlow } from "../observed-kernel.ts";

/** `conntrack -L`: the distinct translations among the connections. Ports, protocols and states don't matter: access is by address. */
export function parseFlows(listed: string): ObservedFlow[] {
  const flows = new Map<string, ObservedFlow>();
  for (const line of listed.split("\n")) {
    const [source, replySource] = [...line.matchAll(/ src=(\S+)/g)].map(([, address]) => address);
    const [destination, replyDestination] = [...line.matchAll(/ dst=(\S+)/g)].map(([, address]) => address);
    if (source === undefined || destination === undefined) continue;
    if (replySource === undefined || replyDestination === undefined) continue;
    const key = `${source} ${destination} ${replySource} ${replyDestination}`;
    flows.set(key, { source, destination, replySource, replyDestination });
  }
  return [...flows.values()];
}
