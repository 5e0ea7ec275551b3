import type { QuotaResource } from "../quota/state.ts";

export const maxVni = 16_777_215;
/** IEEE 802.1Q keeps 0 and 4095 to itself. */
export const maxVlanId = 4_094;
export const physicalNetworkName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

/** Segments given to networks that ask for none, both ends included. */
export interface SegmentBounds {
  readonly first: number;
  readonly last: number;
}

/** What an operator decides for all networks. */
export interface NetworkSettings {
  readonly vniRange: SegmentBounds;
  /** VLAN ids by the name of their physical network. On another one every network names its own. */
  readonly vlanRange: ReadonlyMap<string, SegmentBounds>;
  /** Bytes of an IP packet that the network between the nodes carries. */
  readonly underlayMtu: number;
  /** By name, the same of physical networks that carry something else than `usualMtu`. */
  readonly physicalNetworkMtu: ReadonlyMap<string, number>;
  /** What each project may have where nobody gave it another quota; absent: any number. */
  readonly quota: Readonly<Partial<Record<QuotaResource, number>>>;
}

/** Ethernet's payload: RFC 894. */
export const usualMtu = 1500;

export interface SweepSettings {
  readonly sweepSeconds: number;
  /** How old something without an owner must be before it is taken back. */
  readonly graceSeconds: number;
}
