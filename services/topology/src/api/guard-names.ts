/**
 * The guards of topology's rules over several streams: see Guards in libs/event-sourcing. A command takes all of its
 * guards at once, shared where the thing must go on existing as it is, exclusive where it is about to come, go or change
 * in what others rely on.
 *
 * | rule | guard |
 * |---|---|
 * | a port lies in a network that exists | `network-<id>`: shared by whoever makes a port, exclusive for DeleteNetwork |
 * | a network that stops being external gives no floating IPs and no gateways | `network-<id>`: shared by whoever makes such a port, exclusive for UpdateNetwork |
 * | what is reserved for a network, port, router or floating IP is not swept while that is being made | `network-<id>`, `port-<id>`: exclusive for the maker and for the sweep |
 * | a fixed IP has one floating IP per network | `port-<id>` of the fixed IP, exclusive |
 * | a port forwarding's port exists, with its address, and its router keeps interface and gateway | as for a floating IP |
 * | a floating IP's port exists | `port-<id>`: exclusive for the association and for DeletePort |
 * | a device of a node is bound to one port | `device-<node id>-<name>`, exclusive, where the device has a name of its own |
 * | a floating IP's router has an interface in its subnet and its gateway on its network | `router-<id>`: shared by the association, exclusive for whatever changes interfaces or gateway |
 * | a router's port stands as long as the interface or gateway it is | `router-<id>`, exclusive |
 * | a port's security groups exist, and the groups that rules refer to | `security-group-<id>`: shared by whoever gives the group to a port or refers to it, exclusive for DeleteSecurityGroup |
 * | an address group that rules refer to exists | `address-group-<id>`: shared by whoever refers to it, exclusive for DeleteAddressGroup |
 *
 * Under a limit, making one more of what a project has a quota of holds `quota-<project>-<resource>`, exclusive.
 *
 * Rules within one stream need none: a VNI, a VLAN id of a physical network or its untagged frames have one network (`segmentRange-<range>`), a router's
 * subnets lie apart and a router with interfaces stays (`router-<id>`), a port serves one router (`port-<id>`), a
 * floating IP has one association, or forwards ports that lie apart, by one router (`floatingIp-<id>`). CIDRs, MAC
 * addresses and addresses are ipam's (`scope-`, `subnet-`).
 */
export const guards = {
  network: (id: string): string => `network-${id}`,
  port: (id: string): string => `port-${id}`,
  securityGroup: (id: string): string => `security-group-${id}`,
  addressGroup: (id: string): string => `address-group-${id}`,
  device: (nodeId: string, name: string): string => `device-${nodeId}-${name}`,
  router: (id: string): string => `router-${id}`,
  quota: (projectId: string, resource: string): string => `quota-${projectId}-${resource}`,
};
