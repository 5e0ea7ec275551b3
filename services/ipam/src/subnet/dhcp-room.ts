import { InvalidFields } from "@rhumbline/event-sourcing";
import { type Cidr, formatCidr, ipAddressBits } from "@rhumbline/net";
import type { SubnetSettings } from "./settings.ts";

/** A DHCP server needs an address beside the gateway's and a client's. Neutron refuses the same: _validate_subnet of
 *  neutron/db/db_base_plugin_v2.py.
 *  @throws {InvalidFields} */
export function requireRoomForDhcp(cidr: Cidr, { enableDhcp }: SubnetSettings): void {
  const hostBits = ipAddressBits(cidr.network.family) - cidr.prefixLength;
  if (!enableDhcp || hostBits >= 2) return;
  const longest = ipAddressBits(cidr.network.family) - 2;
  const description = `${formatCidr(cidr)} has no room for a DHCP server: a prefix of at most /${longest} has, or turn DHCP off`;
  throw new InvalidFields([{ field: "subnet.enable_dhcp", description }]);
}
