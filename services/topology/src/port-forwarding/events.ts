import type {
  PortForwardingCreated,
  PortForwardingDeleted,
  PortForwardingUpdated,
} from "@rhumbline/proto/rhumbline/topology/v1/topology_events";

/** In stream `floatingIp-<floatingIpId>`: its rules are those of one floating IP. */
export type PortForwardingEvent =
  | { readonly type: "PortForwardingCreated"; readonly data: PortForwardingCreated }
  | { readonly type: "PortForwardingUpdated"; readonly data: PortForwardingUpdated }
  | { readonly type: "PortForwardingDeleted"; readonly data: PortForwardingDeleted };
