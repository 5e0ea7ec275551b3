import type { PersistentMap } from "@rhumbline/event-sourcing";
import type { FloatingIpCreated } from "@rhumbline/proto/rhumbline/topology/v1/topology_events";
import type { StampedPortForwarding } from "../port-forwarding/state.ts";
import type { FieldTable } from "../resource/fields.ts";
import type { Stamped } from "../resource/stamped.ts";

/** As its events carry it: without association, status, times and etag. */
export type FloatingIp = NonNullable<FloatingIpCreated["floatingIp"]>;

/** Which fixed IP it stands for, and where it is translated. */
export interface Association {
  readonly portId: string;
  readonly fixedIpAddress: string;
  readonly routerId: string;
}

export interface ActiveFloatingIp extends Stamped {
  readonly status: "active";
  readonly id: string;
  readonly floatingIp: FloatingIp;
  readonly association: Association | undefined;
  /** By id. None while it is associated. */
  readonly portForwardings: PersistentMap<string, StampedPortForwarding>;
}

export type FloatingIpState = { readonly status: "absent" } | ActiveFloatingIp;

export const absentFloatingIp: FloatingIpState = { status: "absent" };

/** The association is made of fields too (port_id, fixed_ip_address), but has events of its own. */
export const floatingIpFields = {
  description: "description",
  tags: "tags",
} as const satisfies FieldTable<FloatingIp>;

export type FloatingIpField = keyof typeof floatingIpFields;
