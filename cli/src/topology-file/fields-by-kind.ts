import {
  cidr,
  dnsName,
  type Fields,
  flag,
  ip,
  ipVersion,
  labels,
  listOf,
  mac,
  number,
  ports,
  record,
  reference,
  setOf,
  text,
} from "./field-types.ts";
import type { Kind } from "./wanted.ts";

const description = { api: "description", value: text };
const described: Fields = {
  description,
  tags: { api: "tags", value: setOf(text) },
};

const named: Fields = { name: { api: "name", value: text, required: true }, ...described };
const adminStateUp = { api: "adminStateUp", value: flag };
const onNetwork = { api: "networkId", value: reference("network"), required: true, immutable: true };

const routes = setOf(
  record({
    destination: { api: "destination", value: cidr, required: true },
    next_hop: { api: "nextHop", value: ip, required: true },
  }),
);

const addresses = setOf(
  record({ subnet: { api: "subnetId", value: reference("subnet") }, ip_address: { api: "ipAddress", value: ip } }),
);

const networkTypes = { type: "choice", prefix: "NETWORK_TYPE_", choices: ["vxlan", "flat", "vlan", "local"] } as const;

const protocols = { type: "choice", prefix: "PORT_FORWARDING_PROTOCOL_", choices: ["tcp", "udp"] } as const;
const ipv6Modes = {
  type: "choice",
  prefix: "IPV6_MODE_",
  choices: ["slaac", "dhcpv6-stateful", "dhcpv6-stateless"],
} as const;
const directions = { type: "choice", prefix: "DIRECTION_", choices: ["ingress", "egress"] } as const;

/** A group of the file itself is referred to by its name too, and so is the rule's own. */
const rule = record({
  direction: { api: "direction", value: directions, required: true },
  ether_type: { api: "etherType", value: text },
  protocol: { api: "protocol", value: text },
  port_range_min: { api: "portRangeMin", value: number },
  port_range_max: { api: "portRangeMax", value: number },
  icmp_type: { api: "icmpType", value: number },
  icmp_code: { api: "icmpCode", value: number },
  remote_ip_prefix: { api: "remoteIpPrefix", value: text },
  remote_group: { api: "remoteGroupId", value: reference("security-group") },
  remote_address_group: { api: "remoteAddressGroupId", value: reference("address-group") },
  description: { api: "description", value: text },
});

/** Everything that can be said of each kind of resource in a topology file. */
export const fieldsByKind: Readonly<Record<Kind, Fields>> = {
  subnetpool: {
    ...named,
    prefixes: { api: "prefixes", value: setOf(cidr), required: true },
    default_prefix_length: { api: "defaultPrefixLength", value: number },
    min_prefix_length: { api: "minPrefixLength", value: number },
    max_prefix_length: { api: "maxPrefixLength", value: number },
    default_quota: { api: "defaultQuota", value: number },
    is_default: { api: "isDefault", value: flag },
    shared: { api: "shared", value: flag, immutable: true },
  },
  network: {
    ...named,
    admin_state_up: adminStateUp,
    shared: { api: "shared", value: flag },
    external: { api: "external", value: flag },
    mtu: { api: "mtu", value: number },
    dns_domain: { api: "dnsDomain", value: dnsName },
    segment: {
      api: "segment",
      immutable: true,
      value: record({
        network_type: { api: "networkType", value: networkTypes },
        physical_network: { api: "physicalNetwork", value: text },
        segmentation_id: { api: "segmentationId", value: number },
      }),
    },
  },
  subnet: {
    ...named,
    network: onNetwork,
    cidr: { api: "cidr", value: cidr, required: true, unless: ["subnet_pool", "default_pool"], immutable: true },
    subnet_pool: { api: "subnetPoolId", value: reference("subnetpool"), immutable: true },
    default_pool: { api: "defaultPoolIpVersion", value: ipVersion, immutable: true },
    prefix_length: { api: "prefixLength", value: number, immutable: true },
    gateway_ip: { api: "gatewayIp", value: ip },
    no_gateway: { api: "noGateway", value: flag },
    allocation_pools: {
      api: "allocationPools",
      value: setOf(
        record({
          first: { api: "first", value: ip, required: true },
          last: { api: "last", value: ip, required: true },
        }),
      ),
    },
    dns_nameservers: { api: "dnsNameservers", value: listOf(ip) },
    host_routes: { api: "hostRoutes", value: routes },
    enable_dhcp: { api: "enableDhcp", value: flag },
    ipv6_ra_mode: { api: "ipv6RaMode", value: ipv6Modes, immutable: true },
    ipv6_address_mode: { api: "ipv6AddressMode", value: ipv6Modes, immutable: true },
  },
  port: {
    ...named,
    network: onNetwork,
    admin_state_up: adminStateUp,
    mac_address: { api: "macAddress", value: mac, immutable: true },
    fixed_ips: { api: "fixedIps", value: addresses },
    device_id: { api: "deviceId", value: text },
    device_owner: { api: "deviceOwner", value: text },
    extra_dhcp_options: {
      api: "extraDhcpOptions",
      value: setOf(
        record({
          name: { api: "name", value: text, required: true },
          value: { api: "value", value: text, required: true },
          ip_version: { api: "ipVersion", value: number },
        }),
      ),
    },
    dns_name: { api: "dnsName", value: dnsName },
    security_groups: { api: "securityGroupIds", value: setOf(reference("security-group")) },
    port_security_disabled: { api: "portSecurityDisabled", value: flag },
    allowed_address_pairs: {
      api: "allowedAddressPairs",
      value: setOf(
        record({
          ip_address: { api: "ipAddress", value: text, required: true },
          mac_address: { api: "macAddress", value: mac },
        }),
      ),
    },
    binding: {
      api: "binding",
      value: record({ host: { api: "host", value: reference("node") }, device: { api: "device", value: text } }),
    },
  },
  "address-group": { ...named, addresses: { api: "addresses", value: setOf(text) } },
  "security-group": { ...named, rules: { api: "rules", value: setOf(rule) } },
  router: {
    ...named,
    admin_state_up: adminStateUp,
    external_gateway: {
      api: "externalGateway",
      value: record({
        network: { api: "networkId", value: reference("network"), required: true },
        enable_snat: { api: "enableSnat", value: flag },
        addresses: { api: "addresses", value: addresses },
      }),
    },
    interfaces: {
      api: "interfaces",
      value: setOf(
        record({
          subnet: { api: "subnetId", value: reference("subnet") },
          port: { api: "portId", value: reference("port") },
        }),
      ),
    },
    routes: { api: "routes", value: routes },
    availability_zone_hints: { api: "availabilityZoneHints", value: setOf(text) },
    node_selector: { api: "nodeSelector", value: labels },
  },
  floatingip: {
    ...described,
    network: { api: "floatingNetworkId", value: reference("network"), required: true, immutable: true },
    floating_ip_address: { api: "floatingIpAddress", value: ip, immutable: true },
    port: { api: "portId", value: reference("port") },
    fixed_ip_address: { api: "fixedIpAddress", value: ip },
  },
  "port-forwarding": {
    description,
    floating_ip: { api: "floatingIpId", value: reference("floatingip"), required: true, immutable: true },
    protocol: { api: "protocol", value: protocols, required: true },
    external_ports: { api: "externalPorts", value: ports, required: true },
    internal_ports: { api: "internalPorts", value: ports },
    port: { api: "internalPortId", value: reference("port"), required: true },
    internal_ip_address: { api: "internalIpAddress", value: ip },
  },
};
