import type {
  FloatingIpAssociated,
  FloatingIpCreated,
  FloatingIpDeleted,
  FloatingIpDisassociated,
  FloatingIpUpdated,
} from "@rhumbline/proto/rhumbline/topology/v1/topology_events";

import type { PortForwardingEvent } from "../port-forwarding/events.ts";

/** Stream `floatingIp-<floatingIpId>`. */
export type FloatingIpEvent =
  | { readonly type: "FloatingIpCreated"; readonly data: FloatingIpCreated }
  | { readonly type: "FloatingIpUpdated"; readonly data: FloatingIpUpdated }
  | { readonly type: "FloatingIpAssociated"; readonly data: FloatingIpAssociated }
  | { readonly type: "FloatingIpDisassociated"; readonly data: FloatingIpDisassociated }
  | { readonly type: "FloatingIpDeleted"; readonly data: FloatingIpDeleted }
  | PortForwardingEvent;
