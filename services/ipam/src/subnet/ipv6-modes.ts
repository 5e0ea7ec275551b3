import type { Cidr } from "@rhumbline/net";
import { InvalidIpv6Mode } from "./errors.ts";
import type { SubnetSettings } from "./settings.ts";

/** The only prefix length that SLAAC makes addresses on: RFC 4862. */
const slaacPrefixLength = 64;

/** Whether instances make their addresses themselves, of the prefix and their MAC address. */
export const isAutoAddressed = ({ ipv6AddressMode }: Pick<SubnetSettings, "ipv6AddressMode">): boolean =>
  ipv6AddressMode === "IPV6_MODE_SLAAC" || ipv6AddressMode === "IPV6_MODE_DHCPV6_STATELESS";

/** Neutron refuses the same: neutron/db/db_base_plugin_v2.py, _validate_ipv6_attributes.
 *  @throws {InvalidIpv6Mode} */
export function requireIpv6Modes(cidr: Cidr, settings: SubnetSettings): void {
  const { enableDhcp, ipv6RaMode, ipv6AddressMode } = settings;
  const unset = "IPV6_MODE_UNSPECIFIED";
  if (ipv6RaMode === unset && ipv6AddressMode === unset) return;
  const field = ipv6AddressMode === unset ? "subnet.ipv6_ra_mode" : "subnet.ipv6_address_mode";
  const refuse = (why: string): never => {
    throw new InvalidIpv6Mode(field, why);
  };
  if (cidr.network.family !== 6) refuse("is for IPv6 subnets only");
  if (!enableDhcp) refuse("needs enable_dhcp");
  if (ipv6RaMode !== unset && ipv6AddressMode !== unset && ipv6RaMode !== ipv6AddressMode)
    refuse(`is ${ipv6AddressMode}, and ipv6_ra_mode is ${ipv6RaMode}: give the same, or one of them`);
  const stateful = "IPV6_MODE_DHCPV6_STATEFUL";
  const announcesPrefix = ipv6RaMode !== unset && ipv6RaMode !== stateful;
  if ((isAutoAddressed(settings) || announcesPrefix) && cidr.prefixLength !== slaacPrefixLength)
    refuse(`needs a CIDR of length ${slaacPrefixLength}, and this one has ${cidr.prefixLength}`);
}
