import { formatIpAddress, formatMac, parseIpAddress, parseMac } from "@rhumbline/net";
import type { DesiredNeighbour, DesiredTunnel } from "../desired-kernel.ts";
import type { ResourceKey } from "../resource-key.ts";
import { orRefuse } from "./or-refuse.ts";
import type { SortedResources } from "./sort-resources.ts";

/** What is known of a network's ports, here and on other nodes. */
export interface KnownPorts {
  /** MAC address of a port on another node -> where its frames go. */
  readonly forwarding: Map<string, DesiredTunnel>;
  /** IP address -> who answers for it. Those here are among them: a question for one needs no asking around. */
  readonly neighbours: Map<string, DesiredNeighbour>;
}

/** By network. An entry that can't be read goes into `errors`. */
export function knownPorts(sorted: SortedResources, errors: Map<ResourceKey, string>): Map<string, KnownPorts> {
  const byNetwork = new Map<string, KnownPorts>();
  const of = (networkId: string): KnownPorts => {
    const known = byNetwork.get(networkId) ?? { forwarding: new Map(), neighbours: new Map() };
    byNetwork.set(networkId, known);
    return known;
  };
  const note = (resource: ResourceKey, { networkId, macAddress, ipAddresses }: Answering): void => {
    const mac = formatMac(parseMac(macAddress));
    const addresses = ipAddresses.map((text) => formatIpAddress(parseIpAddress(text)));
    for (const address of addresses) of(networkId).neighbours.set(address, { resource, mac });
  };
  for (const [resource, port] of sorted.ports) orRefuse(resource, errors, () => note(resource, port));
  for (const [resource, { gateway, interfaces }] of sorted.routers) {
    for (const leg of gateway === undefined ? interfaces : [gateway, ...interfaces]) {
      const ipAddresses = leg.addresses.map((address) => address.split("/", 1).join(""));
      orRefuse(resource, errors, () => note(resource, { ...leg, ipAddresses }));
    }
  }
  for (const [resource, remote] of sorted.forwardings) {
    orRefuse(resource, errors, () => {
      const tunnelIp = formatIpAddress(parseIpAddress(remote.tunnelIp));
      note(resource, remote);
      of(remote.networkId).forwarding.set(formatMac(parseMac(remote.macAddress)), { resource, tunnelIp });
    });
  }
  return byNetwork;
}

interface Answering {
  readonly networkId: string;
  readonly macAddress: string;
  readonly ipAddresses: readonly string[];
}
