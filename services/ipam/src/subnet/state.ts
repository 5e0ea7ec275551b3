import type { PersistentMap, VersionedMap } from "@rhumbline/event-sourcing";
import { compareIpAddresses, parseIpAddress } from "@rhumbline/net";
import type { SubnetSettings } from "./settings.ts";

export type Subnet = AbsentSubnet | ActiveSubnet;

export interface AbsentSubnet {
  readonly status: "absent";
}

export interface ActiveSubnet {
  readonly status: "active";
  readonly id: string;
  readonly projectId: string;
  readonly networkId: string;
  /** Canonical text. */
  readonly cidr: string;
  /** Empty: the CIDR is of none. */
  readonly subnetPoolId: string;
  readonly settings: SubnetSettings;
  readonly ownerByIp: VersionedMap<string, string>;
  /** Held addresses that don't keep the subnet from being deleted. */
  readonly yieldingIps: PersistentMap<string, true>;
  /** For each allocation pool the lowest address that was never given to anybody, as canonical text; undefined when there is
   *  none left. */
  readonly untouched: readonly (string | undefined)[];
  readonly released: ReleasedAddresses;
  readonly etag: string;
  readonly createTimeMs: number;
  readonly updateTimeMs: number;
}

/** Addresses that were held and are free again, by the order in which they became so. */
export interface ReleasedAddresses {
  readonly ipByTurn: PersistentMap<number, string>;
  readonly turnByIp: PersistentMap<string, Turn>;
  readonly nextTurn: number;
}

interface Turn {
  readonly turn: number;
  readonly timeMs: number;
}

export const absentSubnet: AbsentSubnet = { status: "absent" };

/** What an owner holds of the subnet, the lowest address first. */
export function ipsOf({ ownerByIp }: ActiveSubnet, ownerId: string): readonly string[] {
  const ips = ownerByIp.keysWith(itself, ownerId);
  return ips.length < 2 ? ips : ips.toSorted((a, b) => compareIpAddresses(parseIpAddress(a), parseIpAddress(b)));
}

const itself = (ownerId: string): string => ownerId;
