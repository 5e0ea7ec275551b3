import type { SecurityBackend } from "../security/model.ts";

/** What the compiler of desired state must know of the host it runs on. */
export interface HostFacts {
  readonly nodeId: string;
  /** Physical network -> what carries it here. */
  readonly bridgeMappings: ReadonlyMap<string, BridgeMapping>;
  /** This host's end of overlay tunnels. Empty: it takes no part in overlays. */
  readonly tunnelIp: string;
  /** Kinds of device that this host's kernel does not make -> its words. */
  readonly lacks: ReadonlyMap<OptionalLinkKind, string>;
  readonly dhcp: DhcpSettings;
  /** What writes the rules of routers. */
  readonly backend: RulesBackend;
  /** What filters the ports of instances. */
  readonly securityBackend: SecurityBackend;
}

export const rulesBackends = ["iptables", "nftables"] as const;
export type RulesBackend = (typeof rulesBackends)[number];

/** Kinds of device that a kernel may be built without. */
export type OptionalLinkKind = "vlan" | "vxlan";

/** What a node's DHCP servers tell every instance. */
export interface DhcpSettings {
  readonly leaseSeconds: number;
  /** Empty: none. */
  readonly domain: string;
}

/** The operator's bridge, or a device that takes macvlan ports since a bridge holds 1,023 at most. Neither is ever created or deleted by us. */
export type BridgeMapping =
  | { readonly kind: "bridge"; readonly bridge: string }
  | { readonly kind: "device"; readonly device: string };

/** One mapping as the operator writes it: "br-ex", or "dev:eth1". */
export function parseBridgeMapping(text: string): BridgeMapping {
  return text.startsWith("dev:") ? { kind: "device", device: text.slice(4) } : { kind: "bridge", bridge: text };
}
