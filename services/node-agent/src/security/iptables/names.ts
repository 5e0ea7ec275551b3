import type { SecurityRule } from "@rhumbline/net";
import { ownChain } from "../../rules/own-chains.ts";
import type { IptablesTable } from "../filter-object.ts";

/** Chains that hold one rule for each bridge or port, in any order. Neutron's agent names its own alike. */
const dispatchChains = {
  /** In `raw`: bridge -> conntrack zone. */
  zones: ownChain("PREROUTING"),
  /** What is bridged by a bridge of ours. */
  bridges: ownChain("FORWARD"),
  /** A port -> what it may send. */
  egress: ownChain("egress"),
  /** A port -> what it may get. */
  ingress: ownChain("ingress"),
} as const;

export const chains = {
  ...dispatchChains,
  /** Neutron's name for the chain that all filtered frames meet. */
  securityGroups: ownChain("sg-chain"),
  /** The sender's groups let it out: what the receiver's say comes next. */
  letOut: ownChain("let-out"),
  /** Both let it through. */
  pass: ownChain("pass"),
  egressBasics: ownChain("egress-basics"),
  ingressBasics: ownChain("ingress-basics"),
} as const;

export const isDispatchChain = (name: string): boolean =>
  (Object.values(dispatchChains) as readonly string[]).includes(name);

type Direction = SecurityRule["direction"];

/** i: into the instance, o: out of it. */
const letterOf = (direction: Direction): string => (direction === "ingress" ? "i" : "o");

export const portChain = (direction: Direction, device: string): string => ownChain(`${letterOf(direction)}-${device}`);

/** A chain's name has 28 characters at most, a set's 31: room for 16 digits of an id, of which 60 bits are random. */
const shortId = (id: string): string => id.replaceAll("-", "").slice(0, 16);

export const groupChain = (direction: Direction, groupId: string): string =>
  ownChain(`g${letterOf(direction)}${shortId(groupId)}`);

/** "members-<id>", "addresses-<id>" -> rhumbline-m4-…, rhumbline-a6-… */
export const setName = (remote: string, family: 4 | 6): string =>
  ownChain(`${remote.charAt(0)}${family}-${shortId(remote.slice(remote.indexOf("-") + 1))}`);

/** Rules of IPv4 and of IPv6 stand in tables of their own. */
export const tableOf = (family: 4 | 6, table: "raw" | "filter"): IptablesTable =>
  `${family === 4 ? "iptables" : "ip6tables"} ${table}`;
