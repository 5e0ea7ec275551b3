import type { Cidr, SecurityRule } from "@rhumbline/net";
import type { ResourceKey } from "../desired/resource-key.ts";

/** What can decide over the ports' frames: see ADR 13 and ADR 20. */
export const securityBackends = ["nftables", "iptables"] as const;
export type SecurityBackend = (typeof securityBackends)[number];

/** What the ports of this host may send and get, as data: a backend prints it for its own tool. */
export interface Security {
  readonly backend: SecurityBackend;
  /** Device name -> port. */
  readonly ports: ReadonlyMap<string, PortSecurity>;
  /** Id -> the rules of a group that ports here have. */
  readonly groups: ReadonlyMap<string, GroupRules>;
  /** Name -> addresses that rules here refer to. */
  readonly remotes: ReadonlyMap<string, RemoteAddresses>;
}

export interface PortSecurity {
  readonly resource: ResourceKey;
  readonly device: string;
  readonly bridge: string;
  /** False: it may send as anybody, and nothing is kept from it. */
  readonly filtered: boolean;
  /** Whom it may send as. */
  readonly sources: readonly SourceAddress[];
  /** Those of its groups whose rules are known here. */
  readonly groupIds: readonly string[];
}

export interface SourceAddress {
  readonly mac: string;
  readonly addresses: Cidr;
}

export interface GroupRules {
  readonly resource: ResourceKey;
  readonly id: string;
  readonly rules: readonly SecurityRule[];
}

/** The members of a group, or an address group. */
export interface RemoteAddresses {
  readonly name: string;
  /** The keys that it is made of. */
  readonly resources: readonly ResourceKey[];
  /** None lies in another. */
  readonly addresses: readonly Cidr[];
}
