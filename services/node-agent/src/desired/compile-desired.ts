import type { DesiredResource, DesiredRouter } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { following, type Lookup, uniting } from "../observed/following.ts";
import { remembering, rememberingLast } from "../observed/remember.ts";
import type { Errors } from "./compile/attempt.ts";
import { dhcpCompiler } from "./compile/compile-dhcp-servers.ts";
import { networksCompiler } from "./compile/compile-networks.ts";
import { portsCompiler } from "./compile/compile-ports.ts";
import { routersCompiler } from "./compile/compile-routers.ts";
import { requestsKeptFor } from "./compile/kept-requests.ts";
import { collisionFinder } from "./compile/name-collisions.ts";
import { translationsFinder } from "./compile/routers-translations.ts";
import { resourceSorter, type SortedResources } from "./compile/sort-resources.ts";
import { advertiserHelper, type DesiredHelper, dhcpHelper } from "./desired-helper.ts";
import type { DesiredKernel } from "./desired-kernel.ts";
import {
  dhcpNamespace,
  hostEnd,
  networkBridge,
  patchDevice,
  patchPeer,
  portDevice,
  routerNamespace,
  vlanDevice,
  vxlanDevice,
} from "./device-names.ts";
import type { DoorAuthority } from "./door.ts";
import type { HostFacts } from "./host-facts.ts";
import type { ResourceKey } from "./resource-key.ts";

/** What is desired of this host, by key. */
export type Resources = ReadonlyMap<ResourceKey, DesiredResource>;

const asLastTime = rememberingLast<Resources, DesiredKernel>();

/** Everything that the resources ask of this host's kernel. A resource that can't be realised here becomes an error of
 *  its own, never an exception; what stands of it in the kernel is left as it is. The very same value for the same
 *  resources, which nobody may change. */
export function compileDesired(
  resources: Resources,
  host: HostFacts,
  authority: DoorAuthority = "as desired",
): DesiredKernel {
  return asLastTime(resources, [host, authority], () => compilerFor(host)(resources, authority));
}

const compilerFor = remembering(compiler);

/** Compiles what changed since the last resources, of which all else follows as it did. */
function compiler(host: HostFacts): (resources: Resources, authority: DoorAuthority) => DesiredKernel {
  const sorter = resourceSorter();
  const collisions = collisionFinder();
  const namingErrors = uniting<string>();
  const networksOf = networksCompiler(host);
  const portsOf = portsCompiler(host);
  const translationsOf = translationsFinder();
  const routersOf = routersCompiler(host);
  const dhcpServersOf = dhcpCompiler(host);
  const helpersOf = uniting<DesiredHelper>();
  const shutDown = following((key, routers: Lookup<DesiredRouter>) => {
    const router = routers.get(key);
    return router !== undefined && isShutDown(router) ? routerNamespace(router.routerId) : undefined;
  });
  return (resources, authority) => {
    const sorted = sorter(resources);
    const named = namingErrors(sorted.unknown, collisions(sorted));
    const networks = networksOf(sorted, named);
    const ports = portsOf(sorted, networks, networks.errors);
    const translations = translationsOf(sorted, ports.errors);
    const routers = routersOf(sorted, { authority, carriers: networks.carriers, translations });
    const dhcp = dhcpServersOf(sorted, networks, routers.errors);
    return {
      bridges: networks.bridges,
      overlays: networks.overlays,
      vlans: networks.vlans,
      patches: networks.patches,
      instancePorts: ports.instancePorts,
      security: ports.security,
      routers: routers.routers,
      dhcpServers: dhcp.namespaces,
      keptRequests: dhcp.keptRequests,
      helpers: helpersOf(routers.helpers, dhcp.helpers),
      hostSysctls: networks.bridges.size > 0 ? unfilteredBridging : new Map(),
      errors: dhcp.errors,
      untouched: dhcp.errors.size === 0 ? nothing : untouchedNames(sorted, dhcp.errors),
      shutDown: valuesOf(shutDown(sorted.routers)),
      gone: sorted.gone,
    };
  };
}

const valuesOf = remembering((map: ReadonlyMap<string, string>): ReadonlySet<string> => new Set(map.values()));

const nothing: ReadonlySet<string> = new Set();

/** One on standby is another node's to speak for. */
function isShutDown({ adminStateUp, standby }: DesiredRouter): boolean {
  return !adminStateUp && !standby;
}

/** Bridged packets stay out of the host's iptables and conntrack but where filtered ports ask for it, bridge by bridge. */
const unfilteredBridging: ReadonlyMap<string, string> = new Map([
  ["net.bridge.bridge-nf-call-arptables", "0"],
  ["net.bridge.bridge-nf-call-ip6tables", "0"],
  ["net.bridge.bridge-nf-call-iptables", "0"],
]);

/** What would stand for resources that were refused. */
function untouchedNames(sorted: SortedResources, errors: Errors): Set<string> {
  return new Set([...errors.keys()].flatMap((key) => [...devicesOfNetwork(key, sorted), ...namesInside(key, sorted)]));
}

function devicesOfNetwork(key: ResourceKey, { networks, ports }: SortedResources): string[] {
  const port = ports.get(key);
  const network = networks.get(key);
  if (network === undefined) return port === undefined ? [] : [portDevice(port)];
  const { networkId, segmentationId } = network;
  const onBridge = [vxlanDevice(segmentationId), vlanDevice(networkId), patchDevice(networkId), patchPeer(networkId)];
  return [networkBridge(networkId), ...onBridge];
}

/** Of what has a namespace. */
function namesInside(key: ResourceKey, { routers, dhcpServers, networks }: SortedResources): string[] {
  const router = routers.get(key);
  if (router !== undefined)
    return [routerNamespace(router.routerId), ...router.interfaces.map(({ portId }) => advertiserHelper(portId))];
  const dhcp = dhcpServers.get(key);
  if (dhcp === undefined) return [];
  const { networkId, portId } = dhcp;
  return [dhcpNamespace(networkId), dhcpHelper(networkId), hostEnd(portId), ...requestsKeptFor(dhcp, networks)];
}
