import type { DesiredResource } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import type { GroupRules, PortSecurity } from "../security/model.ts";
import { compileInstancePort } from "./compile/compile-instance-port.ts";
import { compileNetworks } from "./compile/compile-networks.ts";
import { compileRouter } from "./compile/compile-router.ts";
import { compileGroup, compilePortSecurity, compileRemotes } from "./compile/compile-security.ts";
import { nameCollisions } from "./compile/name-collisions.ts";
import { routersFloatingIps } from "./compile/routers-floating-ips.ts";
import { type SortedResources, sortResources } from "./compile/sort-resources.ts";
import type { DesiredInstancePort, DesiredKernel, DesiredRouterNamespace } from "./desired-kernel.ts";
import { hostEnd, networkBridge, routerNamespace } from "./device-names.ts";
import type { DoorAuthority } from "./door.ts";
import type { HostFacts } from "./host-facts.ts";
import type { ResourceKey } from "./resource-key.ts";

/** Everything that the resources ask of this host's kernel. A resource that can't be realised here becomes an error of
 *  its own, never an exception; what stands of it in the kernel is left as it is. */
export function compileDesired(
  resources: ReadonlyMap<ResourceKey, DesiredResource>,
  host: HostFacts,
  authority: DoorAuthority = "as desired",
): DesiredKernel {
  const sorted = sortResources(resources);
  const errors = new Map([...sorted.unknown, ...nameCollisions(sorted)]);
  const networks = compileNetworks(sorted.networks, host.bridgeMappings, errors);
  const { bridges, carriers } = networks;
  const floatingIps = routersFloatingIps(sorted, errors);

  const { instancePorts, security } = compilePorts(sorted, networks, errors);
  const routers = new Map<string, DesiredRouterNamespace>();
  for (const [key, router] of sorted.routers) {
    if (!router.adminStateUp) continue;
    const served = floatingIps.get(router.routerId) ?? [];
    const compiled = orRefuse(key, errors, () => compileRouter(key, router, served, carriers, authority));
    if (compiled !== undefined) routers.set(compiled.name, compiled);
    else for (const { resource } of served) errors.set(resource, `${key} isn't realised on this node`);
  }
  const tracked = new Set([...security.ports.values()].filter((port) => port.filtered).map(({ bridge }) => bridge));
  return {
    bridges: new Map([...bridges].map(([name, bridge]) => [name, { ...bridge, tracked: tracked.has(name) }])),
    instancePorts,
    routers,
    security,
    hostSysctls: bridges.size > 0 ? unfilteredBridging : new Map(),
    errors,
    untouched: untouchedNames(sorted, errors),
    gone: sorted.gone,
  };
}

const needsOwnBridge = (bridge: string): string =>
  `port security is kept on bridges of tenant networks, and ${bridge} is the operator's: disable it for this port`;

function compilePorts(
  sorted: SortedResources,
  { bridges, carriers }: ReturnType<typeof compileNetworks>,
  errors: Map<ResourceKey, string>,
): Pick<DesiredKernel, "instancePorts" | "security"> {
  const groups = new Map<string, GroupRules>();
  for (const [key, group] of sorted.securityGroups) {
    const compiled = orRefuse(key, errors, () => compileGroup(key, group));
    if (compiled !== undefined) groups.set(compiled.id, compiled);
  }
  const refuse = (key: ResourceKey, error: unknown): void => {
    errors.set(key, error instanceof Error ? error.message : String(error));
  };
  const remotes = compileRemotes(groups, sorted, refuse);
  const instancePorts = new Map<string, DesiredInstancePort>();
  const ports = new Map<string, PortSecurity>();
  for (const [key, port] of sorted.ports) {
    orRefuse(key, errors, () => {
      const compiled = compileInstancePort(key, port, carriers);
      if (port.portSecurity && !bridges.has(compiled.bridge)) throw new Error(needsOwnBridge(compiled.bridge));
      const secured = compilePortSecurity(compiled, port, groups);
      instancePorts.set(compiled.device, compiled);
      ports.set(compiled.device, secured);
    });
  }
  return { instancePorts, security: { ports, groups, remotes } };
}

/** Bridged packets stay out of the host's iptables and conntrack but where filtered ports ask for it, bridge by bridge. */
const unfilteredBridging: ReadonlyMap<string, string> = new Map([
  ["net.bridge.bridge-nf-call-arptables", "0"],
  ["net.bridge.bridge-nf-call-ip6tables", "0"],
  ["net.bridge.bridge-nf-call-iptables", "0"],
]);

/** Whatever is wrong with one resource, a value that no parser takes included, must not hold up the others. */
function orRefuse<T>(key: ResourceKey, errors: Map<ResourceKey, string>, compile: () => T): T | undefined {
  if (errors.has(key)) return undefined;
  try {
    return compile();
  } catch (error) {
    errors.set(key, error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

function untouchedNames(sorted: SortedResources, errors: ReadonlyMap<ResourceKey, string>): Set<string> {
  const names = new Set<string>();
  for (const [key, { networkId }] of sorted.networks) if (errors.has(key)) names.add(networkBridge(networkId));
  for (const [key, { portId }] of sorted.ports) if (errors.has(key)) names.add(hostEnd(portId));
  for (const [key, { routerId }] of sorted.routers) if (errors.has(key)) names.add(routerNamespace(routerId));
  return names;
}
