import type { QuotaResource } from "../quota/state.ts";

export const maxVni = 16_777_215;

/** What an operator decides for all networks. */
export interface NetworkSettings {
  /** VNIs given to networks that ask for none, both ends included. */
  readonly vniRange: { readonly first: number; readonly last: number };
  /** Bytes of an IP packet that the network between the nodes carries. */
  readonly underlayMtu: number;
  /** By name, the same of physical networks that carry something else than `usualMtu`. */
  readonly physicalNetworkMtu: Readonly<Record<string, number>>;
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
