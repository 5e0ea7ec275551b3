import { formatIpAddress, formatMac, parseIpAddress, parseMac } from "@rhumbline/net";
import type { DesiredForwarding, DesiredPort, RouterPort } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { remembering } from "../../observed/remember.ts";
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
  const note = (resource: ResourceKey, { networkId }: Answering, { mac, addresses }: Answer): void => {
    for (const address of addresses) of(networkId).neighbours.set(address, { resource, mac });
  };
  for (const [resource, port] of sorted.ports) orRefuse(resource, errors, () => note(resource, port, answerOf(port)));
  for (const [resource, { gateway, interfaces }] of sorted.routers) {
    for (const leg of gateway === undefined ? interfaces : [gateway, ...interfaces]) {
      orRefuse(resource, errors, () => note(resource, leg, answerOfLeg(leg)));
    }
  }
  for (const [resource, remote] of sorted.forwardings) {
    orRefuse(resource, errors, () => {
      const tunnelIp = tunnelIpOf(remote);
      const answer = answerOf(remote);
      note(resource, remote, answer);
      of(remote.networkId).forwarding.set(answer.mac, { resource, tunnelIp });
    });
  }
  return byNetwork;
}

interface Answering {
  readonly networkId: string;
}

/** What answers, in canonical text. */
interface Answer {
  readonly mac: string;
  readonly addresses: readonly string[];
}

const answer = (macAddress: string, ipAddresses: readonly string[]): Answer => ({
  mac: formatMac(parseMac(macAddress)),
  addresses: ipAddresses.map((text) => formatIpAddress(parseIpAddress(text))),
});

const answerOf = remembering(({ macAddress, ipAddresses }: DesiredPort | DesiredForwarding) =>
  answer(macAddress, ipAddresses),
);

const answerOfLeg = remembering(({ macAddress, addresses }: RouterPort) =>
  answer(
    macAddress,
    addresses.map((address) => address.split("/", 1).join("")),
  ),
);

const tunnelIpOf = remembering(({ tunnelIp }: DesiredForwarding) => formatIpAddress(parseIpAddress(tunnelIp)));
