/** Owners of ports that routers, floating IPs and DHCP servers have: neutron-lib's constants of these names. */
export const deviceOwners = {
  routerInterface: "network:router_interface",
  routerGateway: "network:router_gateway",
  floatingIp: "network:floatingip",
  dhcp: "network:dhcp",
} as const;

/** Callers can't give a port an owner of this kind: such ports come and go with what owns them. */
export const isNetworkDevice = (deviceOwner: string): boolean => deviceOwner.startsWith("network:");
