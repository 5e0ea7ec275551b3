import type { Network, NetworkField } from "./state.ts";

export interface CreateNetwork {
  readonly type: "CreateNetwork";
  /** Complete: its segment is allocated. */
  readonly network: Network;
}

export interface UpdateNetwork {
  readonly type: "UpdateNetwork";
  readonly networkId: string;
  /** Holds the new values of `fields`. */
  readonly values: Network;
  readonly fields: readonly NetworkField[];
  /** Empty: any. */
  readonly etag: string;
  /** Gateways and floating IPs that need the network to stay external. */
  readonly externalUsers: readonly string[];
  /** Ports that need the network to stay shared. */
  readonly otherProjectsPorts: readonly string[];
}

export interface DeleteNetwork {
  readonly type: "DeleteNetwork";
  readonly networkId: string;
  readonly etag: string;
  /** What is still in it. */
  readonly portIds: readonly string[];
  readonly subnetIds: readonly string[];
}

export type NetworkCommand = CreateNetwork | UpdateNetwork | DeleteNetwork;
