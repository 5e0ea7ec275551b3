/** What a router's packets meet, as data, laid out for iptables. */
export interface RuleTable {
  readonly name: "mangle" | "nat";
  /** Our own chains, complete. */
  readonly chains: readonly RuleChain[];
  /** Built-in chain -> our rules in it, in order. What others have there is left alone. */
  readonly hooks: readonly RuleChain[];
}

export interface RuleChain {
  readonly name: string;
  readonly rules: readonly Rule[];
}

export interface Rule {
  readonly match: RuleMatch;
  readonly target: RuleTarget;
}

/** Every given part must hold; an empty match is any packet. */
export interface RuleMatch {
  /** An IPv4 address. */
  readonly source?: string;
  readonly destination?: string;
  readonly protocol?: "tcp" | "udp";
  /** Of the protocol. */
  readonly destinationPorts?: PortRange;
  readonly inDevice?: string;
  readonly outDevice?: string;
  readonly notOutDevice?: string;
  /** The packet carries no such mark. */
  readonly notMark?: Mark;
  /** Whether the connection's destination was translated. */
  readonly destinationTranslated?: boolean;
  readonly comment?: string;
}

/** One that the gateway brings, whatever is translated behind it. */
export interface GatewayRule {
  readonly match: Omit<RuleMatch, "destination" | "protocol" | "destinationPorts" | "comment">;
  readonly target: Exclude<RuleTarget, { readonly kind: "jump" | "dnat" }>;
}

/** Both ends belong to it. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** One port for all, or, with a base, a range: port `base + n` becomes `first + n`. */
export type PortMapping = { readonly port: number } | (PortRange & { readonly base: number });

export interface Mark {
  readonly value: number;
  readonly mask: number;
}

export type RuleTarget =
  | { readonly kind: "jump"; readonly chain: string }
  | { readonly kind: "accept" }
  | { readonly kind: "return" }
  | { readonly kind: "mark"; readonly mark: Mark }
  | { readonly kind: "dnat"; readonly to: string; readonly ports?: PortMapping }
  /** Ports are chosen at random, or kept where the address has one source alone. */
  | { readonly kind: "snat"; readonly to: string; readonly ports: "random" | "kept" };
