import { formatIpAddress, formatMac, parseIpAddress, parseMac } from "@rhumbline/net";
import type { DesiredNetwork, RouterPort } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { following, type Group, grouping, type Lookup } from "../../observed/following.ts";
import type { DesiredNeighbour, DesiredTunnel } from "../desired-kernel.ts";
import { type ResourceKey, resourceKey } from "../resource-key.ts";
import { type Attempt, attempt, type Errors, refusing } from "./attempt.ts";
import type { Resource, SortedResources } from "./sort-resources.ts";

/** What is known of a network's ports, here and on other nodes. */
export interface KnownPorts {
  /** MAC address of a port on another node -> where its frames go. */
  readonly forwarding: ReadonlyMap<string, DesiredTunnel>;
  /** IP address -> who answers for it. Those here are among them: a question for one needs no asking around. */
  readonly neighbours: ReadonlyMap<string, DesiredNeighbour>;
}

interface Known {
  /** By the key of a network on the overlay. */
  readonly byNetwork: ReadonlyMap<ResourceKey, KnownPorts>;
  /** An entry that can't be read is among them. */
  readonly errors: Errors;
}

/** Finds out what is known of the ports of networks. */
export function portsKnower(): (sorted: SortedResources, errors: Errors) => Known {
  const answering = following((resource, all: Lookup<Resource>, errors: Lookup<string>) => {
    const value = all.get(resource);
    return value === undefined || errors.has(resource) ? undefined : attempt(() => portsOf(resource, value));
  });
  const refused = refusing();
  const byNetwork = grouping(({ made = [] }: Answering) => new Set(made.map(({ networkId }) => networkKey(networkId))));
  const known = following((key, networks: Lookup<DesiredNetwork>, answers: Lookup<Group<Answering>>) => {
    const network = networks.get(key);
    if (network?.networkType !== "vxlan") return undefined;
    const ports = [...(answers.get(key)?.values() ?? [])].flatMap(({ made = [] }) => made);
    return knownOf(ports.filter(({ networkId }) => networkId === network.networkId));
  });
  return (sorted, errors) => {
    const answers = answering(sorted.all, errors);
    return { byNetwork: known(sorted.networks, byNetwork(answers)), errors: refused(errors, answers) };
  };
}

const networkKey = (networkId: string): ResourceKey => resourceKey("network", networkId);

/** What a resource answers for. */
type Answering = Attempt<readonly KnownPort[]>;

/** One that answers, in canonical text. */
interface KnownPort {
  readonly resource: ResourceKey;
  readonly networkId: string;
  readonly mac: string;
  readonly addresses: readonly string[];
  /** Of the node where it is; undefined: this one. */
  readonly tunnelIp?: string;
}

/** @throws Error for text that is no address. */
function portsOf(resource: ResourceKey, desired: Resource): KnownPort[] {
  switch (desired.$case) {
    case "port":
      return [knownPort(resource, desired.value, desired.value.ipAddresses)];
    case "router": {
      const { gateway, interfaces } = desired.value;
      return (gateway === undefined ? interfaces : [gateway, ...interfaces]).map((leg) => knownLeg(resource, leg));
    }
    case "forwarding": {
      const tunnelIp = formatIpAddress(parseIpAddress(desired.value.tunnelIp));
      return [{ ...knownPort(resource, desired.value, desired.value.ipAddresses), tunnelIp }];
    }
    default:
      return [];
  }
}

const knownLeg = (resource: ResourceKey, leg: RouterPort): KnownPort =>
  knownPort(
    resource,
    leg,
    leg.addresses.map((address) => address.split("/", 1).join("")),
  );

const knownPort = (
  resource: ResourceKey,
  { networkId, macAddress }: { readonly networkId: string; readonly macAddress: string },
  ipAddresses: readonly string[],
): KnownPort => ({
  resource,
  networkId,
  mac: formatMac(parseMac(macAddress)),
  addresses: ipAddresses.map((text) => formatIpAddress(parseIpAddress(text))),
});

/** What is on another node counts: a port may have left this one. */
function knownOf(ports: readonly KnownPort[]): KnownPorts {
  const forwarding = new Map<string, DesiredTunnel>();
  const neighbours = new Map<string, DesiredNeighbour>();
  const isElsewhere = ({ tunnelIp }: KnownPort): boolean => tunnelIp !== undefined;
  for (const port of [...ports.filter((each) => !isElsewhere(each)), ...ports.filter(isElsewhere)]) {
    const { resource, mac, addresses, tunnelIp } = port;
    for (const address of addresses) neighbours.set(address, { resource, mac });
    if (tunnelIp !== undefined) forwarding.set(mac, { resource, tunnelIp });
  }
  return { forwarding, neighbours };
}
