import type { DesiredResource, DesiredRouter } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { rememberingLast } from "../observed/remember.ts";
import { compileAdvertisers } from "./compile/compile-advertisers.ts";
import { compileDhcpServers, toldIn } from "./compile/compile-dhcp-servers.ts";
import { compileNetworks } from "./compile/compile-networks.ts";
import { compilePorts } from "./compile/compile-ports.ts";
import { compileRouter } from "./compile/compile-router.ts";
import { requestsKeptFor } from "./compile/kept-requests.ts";
import { nameCollisions } from "./compile/name-collisions.ts";
import { orRefuse } from "./compile/or-refuse.ts";
import { routersTranslations, servesNothing } from "./compile/routers-translations.ts";
import { type SortedResources, sortResources } from "./compile/sort-resources.ts";
import { advertiserHelper, type DesiredHelper, dhcpHelper } from "./desired-helper.ts";
import type { DesiredKernel, DesiredRouterNamespace } from "./desired-kernel.ts";
import {
  dhcpNamespace,
  hostEnd,
  networkBridge,
  portDevice,
  routerNamespace,
  vlanDevice,
  vxlanDevice,
} from "./device-names.ts";
import type { DoorAuthority } from "./door.ts";
import type { HostFacts } from "./host-facts.ts";
import type { ResourceKey } from "./resource-key.ts";

const asLastTime = rememberingLast<ReadonlyMap<ResourceKey, DesiredResource>, DesiredKernel>();

/** Everything that the resources ask of this host's kernel. A resource that can't be realised here becomes an error of
 *  its own, never an exception; what stands of it in the kernel is left as it is. The very same value for the same
 *  resources, which nobody may change. */
export function compileDesired(
  resources: ReadonlyMap<ResourceKey, DesiredResource>,
  host: HostFacts,
  authority: DoorAuthority = "as desired",
): DesiredKernel {
  return asLastTime(resources, [host, authority], () => compiled(resources, host, authority));
}

function compiled(
  resources: ReadonlyMap<ResourceKey, DesiredResource>,
  host: HostFacts,
  authority: DoorAuthority,
): DesiredKernel {
  const sorted = sortResources(resources);
  const errors = new Map([...sorted.unknown, ...nameCollisions(sorted)]);
  const networks = compileNetworks(sorted, host, errors);
  const { bridges, overlays, vlans, carriers } = networks;
  const translations = routersTranslations(sorted, errors);

  const { instancePorts, security } = compilePorts(sorted, networks, host.securityBackend, errors);
  const helpers = new Map<string, DesiredHelper>();
  const routers = new Map<string, DesiredRouterNamespace>();
  for (const [key, router] of sorted.routers) {
    if (!router.adminStateUp) continue;
    const served = translations.get(router.routerId) ?? servesNothing;
    const made = orRefuse(key, errors, () => ({
      namespace: compileRouter(key, router, served, { carriers, authority, backend: host.backend }),
      advertisers: compileAdvertisers(key, router, (networkId) => toldIn(networkId, sorted, host.dhcp)),
    }));
    if (made !== undefined) {
      routers.set(made.namespace.name, made.namespace);
      for (const advertiser of made.advertisers) helpers.set(advertiser.name, advertiser);
    } else
      for (const { resource } of [...served.floatingIps, ...served.portForwardings])
        errors.set(resource, `${key} isn't realised on this node`);
  }
  const dhcp = compileDhcpServers(sorted, carriers, host.dhcp, errors);
  for (const helper of dhcp.helpers) helpers.set(helper.name, helper);
  return {
    bridges,
    overlays,
    vlans,
    instancePorts,
    routers,
    dhcpServers: dhcp.namespaces,
    keptRequests: dhcp.keptRequests,
    helpers,
    security,
    hostSysctls: bridges.size > 0 ? unfilteredBridging : new Map(),
    errors,
    untouched: untouchedNames(sorted, errors),
    shutDown: new Set([...sorted.routers.values()].filter(isShutDown).map(({ routerId }) => routerNamespace(routerId))),
    gone: sorted.gone,
  };
}

/** One on standby is another node's to speak for. */
const isShutDown = ({ adminStateUp, standby }: DesiredRouter): boolean => !adminStateUp && !standby;

/** Bridged packets stay out of the host's iptables and conntrack but where filtered ports ask for it, bridge by bridge. */
const unfilteredBridging: ReadonlyMap<string, string> = new Map([
  ["net.bridge.bridge-nf-call-arptables", "0"],
  ["net.bridge.bridge-nf-call-ip6tables", "0"],
  ["net.bridge.bridge-nf-call-iptables", "0"],
]);

function untouchedNames(sorted: SortedResources, errors: ReadonlyMap<ResourceKey, string>): Set<string> {
  const names = new Set<string>();
  for (const [key, { networkId, segmentationId }] of sorted.networks) {
    if (errors.has(key))
      names.add(networkBridge(networkId)).add(vxlanDevice(segmentationId)).add(vlanDevice(networkId));
  }
  for (const [key, port] of sorted.ports) if (errors.has(key)) names.add(portDevice(port));
  for (const [key, { routerId, interfaces }] of sorted.routers) {
    if (!errors.has(key)) continue;
    names.add(routerNamespace(routerId));
    for (const { portId } of interfaces) names.add(advertiserHelper(portId));
  }
  for (const [key, dhcp] of sorted.dhcpServers) {
    if (!errors.has(key)) continue;
    names.add(dhcpNamespace(dhcp.networkId)).add(dhcpHelper(dhcp.networkId)).add(hostEnd(dhcp.portId));
    for (const request of requestsKeptFor(dhcp, sorted)) names.add(request);
  }
  return names;
}
