import type {
  DesiredDhcp,
  DesiredForwarding,
  DesiredNetwork,
  DesiredPort,
} from "@rhumbline/proto/rhumbline/agent/v1/desired";
import type { ConfinedElement } from "../../observed/confinement.ts";
import { following, type Group, grouping, type Lookup, spreading, uniting } from "../../observed/following.ts";
import type { DesiredHelper } from "../desired-helper.ts";
import type { DesiredNamespace } from "../desired-kernel.ts";
import type { DhcpSettings, HostFacts } from "../host-facts.ts";
import { type ResourceKey, resourceKey } from "../resource-key.ts";
import { type Attempt, attempt, type Errors, refusing } from "./attempt.ts";
import type { Carriers } from "./carriers.ts";
import { compileDhcpServer, type DhcpServer } from "./compile-dhcp.ts";
import type { CompiledNetworks } from "./compile-networks.ts";
import { requestsKeptFor } from "./kept-requests.ts";
import { namedPorts } from "./named-ports.ts";
import type { SortedResources } from "./sort-resources.ts";

interface DhcpServers {
  /** By name. */
  readonly namespaces: ReadonlyMap<string, DesiredNamespace>;
  readonly helpers: ReadonlyMap<string, DesiredHelper>;
  readonly keptRequests: ReadonlyMap<ConfinedElement, ResourceKey>;
  readonly errors: Errors;
}

interface CompiledServer extends DhcpServer {
  readonly keptRequests: readonly ConfinedElement[];
}

/** Compiles the servers of all networks here. One that can't be realised, and a port that can't be served, goes into the
 *  errors. */
export function dhcpCompiler(
  host: HostFacts,
): (
  sorted: SortedResources,
  networks: Pick<CompiledNetworks, "innerCarriers" | "portsByNetwork">,
  before: Errors,
) => DhcpServers {
  const forwardingsIn = grouping(({ networkId }: DesiredForwarding) => [resourceKey("network", networkId)]);
  const compiled = following(
    (
      key,
      servers: Lookup<DesiredDhcp>,
      errors: Lookup<string>,
      networks: Lookup<DesiredNetwork>,
      carriers: Carriers,
      portsByNetwork: Lookup<Group<DesiredPort>>,
      forwardingsByNetwork: Lookup<Group<DesiredForwarding>>,
    ) => {
      const dhcp = servers.get(key);
      if (dhcp === undefined || errors.has(key)) return undefined;
      const network = resourceKey("network", dhcp.networkId);
      const ports: Group<DesiredPort> = portsByNetwork.get(network) ?? new Map();
      const forwardings: Group<DesiredForwarding> = forwardingsByNetwork.get(network) ?? new Map();
      const known = { ports: [...ports], named: namedPorts(ports, forwardings) };
      const told = toldIn(dhcp.networkId, networks, host.dhcp);
      return attempt(
        (): CompiledServer => ({
          ...compileDhcpServer(key, dhcp, known, carriers, told),
          keptRequests: requestsKeptFor(dhcp, networks),
        }),
      );
    },
  );
  const namespaces = spreading(({ made }: Attempt<CompiledServer>) =>
    made === undefined ? [] : [[made.namespace.name, made.namespace] as const],
  );
  const helpers = spreading(({ made }: Attempt<CompiledServer>) =>
    made === undefined ? [] : [[made.helper.name, made.helper] as const],
  );
  const keptRequests = spreading(({ made }: Attempt<CompiledServer>) =>
    (made?.keptRequests ?? []).map((request) => [request, made?.namespace.resource ?? ""] as const),
  );
  const unserved = spreading(({ made }: Attempt<CompiledServer>) => made?.errors ?? []);
  const refused = refusing();
  const errorsAfter = uniting<string>();
  return (sorted, { innerCarriers, portsByNetwork }, before) => {
    const { dhcpServers, networks, forwardings } = sorted;
    const made = compiled(dhcpServers, before, networks, innerCarriers, portsByNetwork, forwardingsIn(forwardings));
    return {
      namespaces: namespaces(made),
      helpers: helpers(made),
      keptRequests: keptRequests(made) as ReadonlyMap<string, ResourceKey> as ReadonlyMap<ConfinedElement, ResourceKey>,
      errors: errorsAfter(refused(before, made), unserved(made)),
    };
  };
}

/** What the instances of a network are told: the network's own domain, if it has one, goes before the node's. */
export function toldIn(networkId: string, networks: Lookup<DesiredNetwork>, settings: DhcpSettings): DhcpSettings {
  return { ...settings, domain: networks.get(resourceKey("network", networkId))?.dnsDomain || settings.domain };
}
