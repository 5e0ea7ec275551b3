import type { DesiredResource, DesiredRouter } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { remembering, rememberingLast } from "../observed/remember.ts";
import { compileDhcpServers, type DhcpServers } from "./compile/compile-dhcp-servers.ts";
import { type CompiledNetworks, compileNetworks } from "./compile/compile-networks.ts";
import { compilePorts } from "./compile/compile-ports.ts";
import { compileRouters } from "./compile/compile-routers.ts";
import { requestsKeptFor } from "./compile/kept-requests.ts";
import { nameCollisions } from "./compile/name-collisions.ts";
import { routersTranslations, type Served } from "./compile/routers-translations.ts";
import { type SortedResources, type Sorting, sortResources } from "./compile/sort-resources.ts";
import { type Errors, step } from "./compile/step.ts";
import { advertiserHelper, dhcpHelper } from "./desired-helper.ts";
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
  const sorted = sortedAfterLast(resources, host);
  const { networks, ports, routers, floatingIps, portForwardings, forwardings, dhcpServers } = sorted;
  const { securityGroups, groupMembers, addressGroups } = sorted;
  const named = namingStep(host, [sorted.unknown, networks, ports, routers, dhcpServers], noErrors, (errors) => {
    for (const [key, error] of [...sorted.unknown, ...nameCollisions(sorted)]) errors.set(key, error);
  });
  const compiledNetworks = networksStep(
    host,
    [networks, ports, routers, forwardings, dhcpServers],
    named.errors,
    (errors) => compileNetworks(sorted, host, errors),
  );
  const { bridges, overlays, vlans, patches, carriers, innerCarriers } = compiledNetworks.result;
  const filtering = [compiledNetworks.result, ports, securityGroups, groupMembers, addressGroups];
  const compiledPorts = portsStep(host, filtering, compiledNetworks.errors, (errors) =>
    compilePorts(sorted, compiledNetworks.result, host.securityBackend, errors),
  );
  const translated = translationsStep(host, [floatingIps, portForwardings, routers], compiledPorts.errors, (errors) =>
    routersTranslations(sorted, errors),
  );
  const errors = new Map(translated.errors);
  const made = compileRouters({ sorted, host, authority, carriers, translations: translated.result }, errors);
  const dhcp = dhcpStep(
    host,
    [dhcpServers, networks, ports, forwardings, innerCarriers],
    errors.size === 0 ? noErrors : errors,
    (found) => compileDhcpServers(sorted, innerCarriers, host.dhcp, found),
  );
  const helpers = new Map(made.helpers);
  for (const helper of dhcp.result.helpers) helpers.set(helper.name, helper);
  return {
    bridges,
    overlays,
    vlans,
    patches,
    ...compiledPorts.result,
    routers: made.routers,
    dhcpServers: dhcp.result.namespaces,
    keptRequests: dhcp.result.keptRequests,
    helpers,
    hostSysctls: bridges.size > 0 ? unfilteredBridging : new Map(),
    errors: dhcp.errors,
    untouched: dhcp.errors.size === 0 ? new Set() : untouchedNames(sorted, dhcp.errors),
    shutDown: shutDownIn(routers),
    gone: sorted.gone,
  };
}

const noErrors: Errors = new Map();
const namingStep = step<void>();
const networksStep = step<CompiledNetworks>();
const portsStep = step<Pick<DesiredKernel, "instancePorts" | "security">>();
const translationsStep = step<ReadonlyMap<string, Served>>();
const dhcpStep = step<DhcpServers>();

const lastSorting = new WeakMap<HostFacts, Sorting>();

function sortedAfterLast(resources: ReadonlyMap<ResourceKey, DesiredResource>, host: HostFacts): Sorting {
  const sorting = sortResources(resources, lastSorting.get(host));
  lastSorting.set(host, sorting);
  return sorting;
}

const shutDownIn = remembering(
  (routers: SortedResources["routers"]): ReadonlySet<string> =>
    new Set([...routers.values()].filter(isShutDown).map(({ routerId }) => routerNamespace(routerId))),
);

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

function untouchedNames(sorted: SortedResources, errors: Errors): Set<string> {
  const names = new Set<string>();
  for (const [key, { networkId, segmentationId }] of sorted.networks) {
    if (!errors.has(key)) continue;
    names.add(networkBridge(networkId)).add(vxlanDevice(segmentationId)).add(vlanDevice(networkId));
    names.add(patchDevice(networkId)).add(patchPeer(networkId));
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
