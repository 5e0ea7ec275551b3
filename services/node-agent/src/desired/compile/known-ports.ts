import { formatIpAddress, formatMac, parseIpAddress, parseMac } from "@rhumbline/net";
import type {
  DesiredForwarding,
  DesiredNetwork,
  DesiredPort,
  RouterPort,
} from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { remembering, rememberingLast } from "../../observed/remember.ts";
import type { DesiredNeighbour, DesiredTunnel } from "../desired-kernel.ts";
import type { ResourceKey } from "../resource-key.ts";
import { orRefuse } from "./or-refuse.ts";
import type { SortedResources } from "./sort-resources.ts";

/** What is known of a network's ports, here and on other nodes. */
export interface KnownPorts {
  /** MAC address of a port on another node -> where its frames go. */
  readonly forwarding: ReadonlyMap<string, DesiredTunnel>;
  /** IP address -> who answers for it. Those here are among them: a question for one needs no asking around. */
  readonly neighbours: ReadonlyMap<string, DesiredNeighbour>;
}

/** By network: the very same value as long as the same is known. An entry that can't be read goes into `errors`. */
export function knownPorts(sorted: SortedResources, errors: Map<ResourceKey, string>): Map<string, KnownPorts> {
  const byNetwork = new Map<string, KnownPort[]>();
  const note = (resource: ResourceKey, { networkId }: Answering, answer: Answer, tunnelIp?: string): void => {
    const port = knownPort(resource, answer, tunnelIp);
    const others = byNetwork.get(networkId);
    if (others === undefined) byNetwork.set(networkId, [port]);
    else others.push(port);
  };
  for (const [resource, port] of sorted.ports) orRefuse(resource, errors, () => note(resource, port, answerOf(port)));
  for (const [resource, { gateway, interfaces }] of sorted.routers) {
    for (const leg of gateway === undefined ? interfaces : [gateway, ...interfaces]) {
      orRefuse(resource, errors, () => note(resource, leg, answerOfLeg(leg)));
    }
  }
  for (const [resource, remote] of sorted.forwardings) {
    orRefuse(resource, errors, () => note(resource, remote, answerOf(remote), tunnelIpOf(remote)));
  }
  const known = new Map<string, KnownPorts>();
  for (const network of sorted.networks.values()) {
    const ports = byNetwork.get(network.networkId);
    if (ports !== undefined)
      known.set(
        network.networkId,
        networkAsLastTime(network, ports, () => knownOf(ports)),
      );
  }
  return known;
}

const networkAsLastTime = rememberingLast<DesiredNetwork, KnownPorts>();

function knownOf(ports: readonly KnownPort[]): KnownPorts {
  const forwarding = new Map<string, DesiredTunnel>();
  const neighbours = new Map<string, DesiredNeighbour>();
  for (const { resource, mac, addresses, tunnelIp } of ports) {
    for (const address of addresses) neighbours.set(address, { resource, mac });
    if (tunnelIp !== undefined) forwarding.set(mac, { resource, tunnelIp });
  }
  return { forwarding, neighbours };
}

/** One that answers, in canonical text. */
interface KnownPort extends Answer {
  readonly resource: ResourceKey;
  /** Of the node where it is; undefined: this one. */
  readonly tunnelIp: string | undefined;
}

const portAsLastTime = rememberingLast<Answer, KnownPort>();

const knownPort = (resource: ResourceKey, answer: Answer, tunnelIp: string | undefined): KnownPort =>
  portAsLastTime(answer, [resource, tunnelIp], () => ({ ...answer, resource, tunnelIp }));

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
