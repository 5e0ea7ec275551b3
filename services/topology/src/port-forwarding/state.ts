import type { PortForwardingCreated } from "@rhumbline/proto/rhumbline/topology/v1/topology_events";
import type { FieldTable } from "../resource/fields.ts";
import type { Stamped } from "../resource/stamped.ts";

/** As its events carry it: with both ends of its ranges, without status, times and etag. */
export type PortForwarding = NonNullable<PortForwardingCreated["portForwarding"]>;

export interface StampedPortForwarding extends Stamped {
  readonly id: string;
  readonly portForwarding: PortForwarding;
}

export const portForwardingFields = {
  description: "description",
  protocol: "protocol",
  external_ports: "externalPorts",
  internal_ports: "internalPorts",
  internal_port_id: "internalPortId",
  internal_ip_address: "internalIpAddress",
} as const satisfies FieldTable<PortForwarding>;

/** Its router follows from the fixed IP that it leads to. */
export const changeableFields = {
  ...portForwardingFields,
  router_id: "routerId",
} as const satisfies FieldTable<PortForwarding>;

export type PortForwardingField = keyof typeof portForwardingFields;
