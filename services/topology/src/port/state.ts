import type { PortCreated } from "@rhumbline/proto/rhumbline/topology/v1/topology_events";
import type { FieldTable } from "../resource/fields.ts";
import type { Stamped } from "../resource/stamped.ts";

/** As its events carry it: without status, times and etag. Its binding names the node by id. */
export type Port = NonNullable<PortCreated["port"]>;

export interface ActivePort extends Stamped {
  readonly status: "active";
  readonly id: string;
  readonly port: Port;
  /** True for a port that came to be as a router's or floating IP's; false for one that was lent to a router later. */
  readonly madeForDevice: boolean;
}

export type PortState = { readonly status: "absent" } | ActivePort;

export const absentPort: PortState = { status: "absent" };

/** The binding is a field too, but has events of its own. */
export const portFields = {
  name: "name",
  description: "description",
  admin_state_up: "adminStateUp",
  fixed_ips: "fixedIps",
  device_id: "deviceId",
  device_owner: "deviceOwner",
  security_group_ids: "securityGroupIds",
  port_security_disabled: "portSecurityDisabled",
  allowed_address_pairs: "allowedAddressPairs",
  tags: "tags",
  extra_dhcp_options: "extraDhcpOptions",
  dns_name: "dnsName",
} as const satisfies FieldTable<Port>;

export type PortField = keyof typeof portFields;
