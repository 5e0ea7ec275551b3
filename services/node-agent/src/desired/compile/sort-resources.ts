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

export function sortResources(resources: ReadonlyMap<ResourceKey, DesiredResource>): SortedResources {
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
