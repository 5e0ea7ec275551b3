import type {
  DesiredAddressGroup,
  DesiredDhcp,
  DesiredFloatingIp,
  DesiredForwarding,
  DesiredGroupMember,
  DesiredNetwork,
  DesiredPort,
  DesiredPortForwarding,
  DesiredResource,
  DesiredRouter,
  DesiredSecurityGroup,
} from "@rhumbline/proto/rhumbline/agent/v1/desired";
import type { ResourceKey } from "../resource-key.ts";

/** A node's resources by kind, each in the order of their keys: the same desired state compiles to the same plan. */
export interface SortedResources {
  readonly networks: ReadonlyMap<ResourceKey, DesiredNetwork>;
  readonly ports: ReadonlyMap<ResourceKey, DesiredPort>;
  readonly routers: ReadonlyMap<ResourceKey, DesiredRouter>;
  readonly floatingIps: ReadonlyMap<ResourceKey, DesiredFloatingIp>;
  readonly portForwardings: ReadonlyMap<ResourceKey, DesiredPortForwarding>;
  readonly forwardings: ReadonlyMap<ResourceKey, DesiredForwarding>;
  readonly dhcpServers: ReadonlyMap<ResourceKey, DesiredDhcp>;
  readonly securityGroups: ReadonlyMap<ResourceKey, DesiredSecurityGroup>;
  readonly groupMembers: ReadonlyMap<ResourceKey, DesiredGroupMember>;
  readonly addressGroups: ReadonlyMap<ResourceKey, DesiredAddressGroup>;
  readonly gone: ReadonlySet<ResourceKey>;
  /** Of a kind that this agent doesn't know, and what to say of it. */
  readonly unknown: ReadonlyMap<ResourceKey, string>;
}

/** Sorted resources, and those that they are. */
export interface Sorting extends SortedResources {
  readonly of: Resources;
}

type Resources = ReadonlyMap<ResourceKey, DesiredResource>;
type Case = NonNullable<DesiredResource["resource"]>["$case"] | undefined;

/** @param before an earlier state: of a kind of which nothing is otherwise than there, the very same map is given. */
export function sortResources(resources: Resources, before: Sorting | undefined): Sorting {
  if (before === undefined) return { ...sortedByKind(resources), of: resources };
  const changed = casesChanged(before.of, resources);
  const now = sortedByKind([...resources].filter(([, { resource }]) => changed.has(resource?.$case)));
  return {
    networks: changed.has("network") ? now.networks : before.networks,
    ports: changed.has("port") ? now.ports : before.ports,
    routers: changed.has("router") ? now.routers : before.routers,
    floatingIps: changed.has("floatingIp") ? now.floatingIps : before.floatingIps,
    portForwardings: changed.has("portForwarding") ? now.portForwardings : before.portForwardings,
    forwardings: changed.has("forwarding") ? now.forwardings : before.forwardings,
    dhcpServers: changed.has("dhcp") ? now.dhcpServers : before.dhcpServers,
    securityGroups: changed.has("securityGroup") ? now.securityGroups : before.securityGroups,
    groupMembers: changed.has("groupMember") ? now.groupMembers : before.groupMembers,
    addressGroups: changed.has("addressGroup") ? now.addressGroups : before.addressGroups,
    gone: changed.has("gone") ? now.gone : before.gone,
    unknown: changed.has(undefined) ? now.unknown : before.unknown,
    of: resources,
  };
}

/** The kinds of which something came, went or is another. */
function casesChanged(before: Resources, after: Resources): Set<Case> {
  const changed = new Set<Case>();
  let kept = 0;
  for (const [key, value] of after) {
    const old = before.get(key);
    if (old !== undefined) kept += 1;
    if (old !== undefined && old.resource === value.resource) continue;
    changed.add(value.resource?.$case);
    if (old !== undefined) changed.add(old.resource?.$case);
  }
  if (kept === before.size) return changed;
  for (const [key, old] of before) if (!after.has(key)) changed.add(old.resource?.$case);
  return changed;
}

function sortedByKind(resources: Iterable<readonly [ResourceKey, DesiredResource]>): SortedResources {
  const networks = new Map<ResourceKey, DesiredNetwork>();
  const ports = new Map<ResourceKey, DesiredPort>();
  const routers = new Map<ResourceKey, DesiredRouter>();
  const floatingIps = new Map<ResourceKey, DesiredFloatingIp>();
  const portForwardings = new Map<ResourceKey, DesiredPortForwarding>();
  const forwardings = new Map<ResourceKey, DesiredForwarding>();
  const dhcpServers = new Map<ResourceKey, DesiredDhcp>();
  const securityGroups = new Map<ResourceKey, DesiredSecurityGroup>();
  const groupMembers = new Map<ResourceKey, DesiredGroupMember>();
  const addressGroups = new Map<ResourceKey, DesiredAddressGroup>();
  const gone = new Set<ResourceKey>();
  const unknown = new Map<ResourceKey, string>();
  for (const [key, { resource }] of [...resources].sort(([a], [b]) => (a < b ? -1 : 1))) {
    switch (resource?.$case) {
      case "network":
        networks.set(key, resource.value);
        break;
      case "port":
        ports.set(key, resource.value);
        break;
      case "router":
        routers.set(key, resource.value);
        break;
      case "floatingIp":
        floatingIps.set(key, resource.value);
        break;
      case "dhcp":
        dhcpServers.set(key, resource.value);
        break;
      case "portForwarding":
        portForwardings.set(key, resource.value);
        break;
      case "forwarding":
        forwardings.set(key, resource.value);
        break;
      // Probed, and nothing in the kernel.
      case "peer":
        break;
      case "securityGroup":
        securityGroups.set(key, resource.value);
        break;
      case "groupMember":
        groupMembers.set(key, resource.value);
        break;
      case "addressGroup":
        addressGroups.set(key, resource.value);
        break;
      case "gone":
        gone.add(key);
        break;
      case undefined:
        unknown.set(key, "this agent doesn't know resources of that kind: it is older than the control plane");
        break;
      default:
        resource satisfies never;
    }
  }
  return {
    networks,
    ports,
    routers,
    floatingIps,
    portForwardings,
    forwardings,
    dhcpServers,
    securityGroups,
    groupMembers,
    addressGroups,
    gone,
    unknown,
  };
}
