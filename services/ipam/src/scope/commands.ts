import type { Cidr } from "@rhumbline/net";

export type ScopeCommand = OpenScope | CloseScope | ReserveCidr | ReleaseCidr | AllocateMacAddress | ReleaseMacAddress;

export interface OpenScope {
  readonly type: "OpenScope";
  readonly scopeId: string;
  readonly projectId: string;
  readonly shared: boolean;
  readonly ipv4Only: boolean;
  /** It leads outside: every project sees its subnets. */
  readonly external: boolean;
}

export interface CloseScope {
  readonly type: "CloseScope";
  readonly scopeId: string;
}

export interface ReserveCidr {
  readonly type: "ReserveCidr";
  readonly scopeId: string;
  readonly subnetId: string;
  readonly cidr: Cidr;
}

export interface ReleaseCidr {
  readonly type: "ReleaseCidr";
  readonly subnetId: string;
}

export interface AllocateMacAddress {
  readonly type: "AllocateMacAddress";
  readonly scopeId: string;
  readonly ownerId: string;
  /** Canonical text. Undefined: the first candidate that is free. */
  readonly wanted: string | undefined;
  /** Drawn at random by the edge. */
  readonly candidates: Iterable<string>;
}

export interface ReleaseMacAddress {
  readonly type: "ReleaseMacAddress";
  readonly ownerId: string;
}
