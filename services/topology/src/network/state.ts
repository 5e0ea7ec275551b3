import type { NetworkCreated } from "@rhumbline/proto/rhumbline/topology/v1/topology_events";
import type { FieldTable } from "../resource/fields.ts";
import type { Stamped } from "../resource/stamped.ts";

/** As its events carry it: without status, times and etag. */
export type Network = NonNullable<NetworkCreated["network"]>;

export interface ActiveNetwork extends Stamped {
  readonly status: "active";
  readonly id: string;
  readonly network: Network;
}

export type NetworkState = { readonly status: "absent" } | ActiveNetwork;

export const absentNetwork: NetworkState = { status: "absent" };

export const networkFields = {
  name: "name",
  description: "description",
  admin_state_up: "adminStateUp",
  shared: "shared",
  external: "external",
  mtu: "mtu",
  dns_domain: "dnsDomain",
  tags: "tags",
} as const satisfies FieldTable<Network>;

export type NetworkField = keyof typeof networkFields;
