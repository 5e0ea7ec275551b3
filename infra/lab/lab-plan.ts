import { cidrContains, formatIpAddress, parseCidr, parseIpAddress } from "@rhumbline/net";

/** The network between the hosts. Its MTU leaves 50 bytes for VXLAN, so that tenant networks have the usual 1500. */
export const underlay = { cidr: "198.18.0.0/24", prefixLength: 24, mtu: 1550 } as const;

/** The provider's network, a flat one. Node agents reach it by the mapping `physnet1:br-ex`. */
export const externalNetwork = {
  cidr: "203.0.113.0/24",
  gateway: "203.0.113.1",
  prefixLength: 24,
  physicalNetwork: "physnet1",
  bridge: "br-ex",
} as const;

/** A network one hop behind the provider's gateway: what answers there was reached through a real router. */
export const internet = { address: "198.18.200.1", gateway: "198.18.200.254", prefixLength: 24 } as const;

/** The same outside in IPv6, where a lab has it. The provider routes the tenants' prefixes to one router. */
export const outsideIpv6 = {
  externalCidr: "2001:db8:9::/64",
  gateway: "2001:db8:9::1",
  tenants: "2001:db8:1::/48",
  tenantsRouter: "2001:db8:9::9",
  internet: "2001:db8:a::1",
  internetGateway: "2001:db8:a::fe",
} as const;

export interface HostPlan {
  /** Lower case, at most ten characters: it becomes part of device names, which hold 15. */
  readonly name: string;
  /** On the underlay, where the host's `eth0` is; no prefix length. */
  readonly address: string;
  /** Whether it has an `eth1` on the external network, enslaved to `br-ex` as an operator would have done. */
  readonly external: boolean;
  /** What it is for. Undefined: routers and instances alike. */
  readonly role?: "network" | "compute";
}

export interface LabPlan {
  /** Two labs with different names can stand side by side. */
  readonly name: string;
  readonly hosts: readonly HostPlan[];
  /** Whether the world outside speaks IPv6 too; where it does not, captures show IPv4 alone. */
  readonly dualStack?: boolean;
}

export const defaultLabName = "rhumb";

/** The host of the control plane: services, event log and NATS. */
export const controlHost: HostPlan = { name: "control", address: "198.18.0.2", external: false };

/** Hosts with a node agent, at 198.18.0.11 and up in the order given. One whose name begins with `compute` is for instances
 *  and not on the external network; one that begins with `network` is for routers; others are for both. */
export function nodeHosts(...names: readonly string[]): HostPlan[] {
  return names.map((name, index) => {
    const role = roles.find((each) => name.startsWith(each));
    return { name, address: `198.18.0.${11 + index}`, external: role !== "compute", ...(role && { role }) };
  });
}

const roles = ["network", "compute"] as const;

/** Names of the nodes of an installation that has enough of them to move things about. */
export const manyNodes = ["network1", "network2", "network3", "compute1", "compute2", "compute3"] as const;

export class InvalidLabPlan extends Error {
  override readonly name = "InvalidLabPlan";
}

/** @throws InvalidLabPlan when two hosts share a name or an address, or a name or an address is unusable. */
export function requireValidPlan(plan: LabPlan): void {
  requireName("lab", plan.name, /^[a-z][a-z0-9-]{0,30}$/);
  const seen = new Set<string>(["fabric"]);
  for (const host of plan.hosts) {
    requireName("host", host.name, /^[a-z][a-z0-9-]{0,9}$/);
    const address = parseIpAddress(host.address);
    if (!cidrContains(parseCidr(underlay.cidr), address)) {
      throw new InvalidLabPlan(`host ${host.name}: ${host.address} is outside the underlay ${underlay.cidr}`);
    }
    for (const key of [host.name, formatIpAddress(address)]) {
      if (seen.has(key)) throw new InvalidLabPlan(`${key} is taken: each host needs a name and an address of its own`);
      seen.add(key);
    }
  }
}

function requireName(kind: string, name: string, pattern: RegExp): void {
  if (!pattern.test(name)) throw new InvalidLabPlan(`${JSON.stringify(name)} is no ${kind} name: expected ${pattern}`);
}
