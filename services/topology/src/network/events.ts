import type {
  NetworkCreated,
  NetworkDeleted,
  NetworkUpdated,
} from "@rhumbline/proto/rhumbline/topology/v1/topology_events";

/** Stream `network-<networkId>`. */
export type NetworkEvent =
  | { readonly type: "NetworkCreated"; readonly data: NetworkCreated }
  | { readonly type: "NetworkUpdated"; readonly data: NetworkUpdated }
  | { readonly type: "NetworkDeleted"; readonly data: NetworkDeleted };
