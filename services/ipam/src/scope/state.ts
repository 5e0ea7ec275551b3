import type { PersistentMap, VersionedMap } from "@rhumbline/event-sourcing";

/** What must be unique in one network: its subnets' CIDRs don't overlap, a MAC address stands once. */
export type Scope = AbsentScope | PresentScope;

export interface AbsentScope {
  readonly status: "absent";
}

export interface PresentScope {
  /** In a closed scope nothing new can be had: its network is about to go. */
  readonly status: "open" | "closed";
  readonly scopeId: string;
  readonly projectId: string;
  readonly shared: boolean;
  /** Its links are too small for IPv6. */
  readonly ipv4Only: boolean;
  /** It leads outside: every project sees its subnets. */
  readonly external: boolean;
  readonly cidrBySubnet: PersistentMap<string, string>;
  readonly macByOwner: VersionedMap<string, HeldMac>;
}

interface HeldMac {
  readonly macAddress: string;
  /** When it was allocated: by its age the owner's service knows what it forgot. */
  readonly timeMs: number;
}

export const absentScope: AbsentScope = { status: "absent" };

/** Who holds the MAC address in the network; undefined: nobody. */
export const ownerOfMac = ({ macByOwner }: PresentScope, macAddress: string): string | undefined =>
  macByOwner.keysWith(macOf, macAddress)[0];

const macOf = ({ macAddress }: HeldMac): string => macAddress;
