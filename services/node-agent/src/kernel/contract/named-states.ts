import { flatStates } from "./flat-states.ts";
import {
  addressGroup,
  advertisedPort,
  desiredState,
  dhcpServer,
  dhcpSubnet,
  dhcpSubnetV6,
  externalNetwork,
  filteredBy,
  floatingIp,
  gatewayPort,
  groupMember,
  instancePort,
  interfacePort,
  portForwarding,
  remotePort,
  router,
  rule,
  sampleId,
  securityGroup,
  tenantNetwork,
} from "./sample-state.ts";

const networks = [externalNetwork(), tenantNetwork(1), tenantNetwork(2)] as const;
const ports = [instancePort(11, 1), instancePort(12, 1)] as const;
const fixedIp = "10.0.1.11";
/** Of port forwarding 1. */
const sharedAddress = { floatingIpAddress: "203.0.113.221" };

/** A rule of each shape that nft prints in its own way. */
const everyRule = [
  rule(10),
  rule(11, { ipv6: true }),
  rule(12, { protocol: 6 }),
  rule(13, { ipv6: true, protocol: 17, portRangeMin: 53, portRangeMax: 53 }),
  rule(14, { protocol: 132, portRangeMin: 1, portRangeMax: 65535 }),
  rule(15, { protocol: 33, portRangeMin: 7, portRangeMax: 7 }),
  rule(16, { protocol: 136, portRangeMin: 7, portRangeMax: 8 }),
  rule(17, { protocol: 1 }),
  rule(18, { protocol: 1, icmpType: 3 }),
  rule(19, { ipv6: true, protocol: 58 }),
  rule(20, { ipv6: true, protocol: 58, icmpType: 128, icmpCode: 0 }),
  rule(21, { protocol: 47 }),
  rule(22, { protocol: 0 }),
  rule(23, { remoteIpPrefix: "192.0.2.0/24" }),
  rule(24, { remoteIpPrefix: "192.0.2.1/32", protocol: 6, portRangeMin: 22, portRangeMax: 22 }),
  rule(25, { remoteIpPrefix: "0.0.0.0/0", protocol: 17 }),
  rule(26, { ipv6: true, ingress: false, remoteIpPrefix: "2001:db8::/32", protocol: 58, icmpType: 128 }),
  rule(27, { ipv6: true, remoteIpPrefix: "2001:db8::1/128", protocol: 6 }),
  rule(28, { ipv6: true, remoteIpPrefix: "::/0" }),
  rule(29, { remoteIpPrefix: "192.0.2.0/24", protocol: 1 }),
  rule(30, { remoteAddressGroupId: sampleId("e", 1), protocol: 1 }),
  rule(31, { ipv6: true, remoteAddressGroupId: sampleId("e", 1), protocol: 89 }),
  rule(32, { ingress: false, remoteGroupId: sampleId("a", 1) }),
] as const;

/** States that a node walks through, each worth a look of its own. Devices of instances: tapc0000011-00 and tapc0000012-00. */
export const namedStates = {
  ...flatStates,
  "networks alone": desiredState(...networks),
  "instances bound": desiredState(...networks, ...ports),
  "a router with a gateway": desiredState(...networks, ...ports, router(1, [1])),
  "a router on standby": desiredState(...networks, ...ports, router(1, [1], { standby: true })),
  "a second interface": desiredState(...networks, ...ports, router(1, [1, 2])),
  "a floating IP": desiredState(...networks, ...ports, router(1, [1, 2]), floatingIp(1, 1, fixedIp)),
  "the floating IP moved": desiredState(...networks, ...ports, router(1, [1, 2]), floatingIp(1, 1, "10.0.1.12")),
  "two of them, without SNAT": desiredState(
    ...networks,
    ...ports,
    router(1, [1, 2], { enableSnat: false }),
    floatingIp(1, 1, "10.0.1.12"),
    floatingIp(2, 1, fixedIp),
  ),
  "ports of a floating IP forwarded, a range and one to another instance": desiredState(
    ...networks,
    ...ports,
    router(1, [1, 2]),
    portForwarding(1, 1, fixedIp),
    portForwarding(2, 1, "10.0.1.12", { ...sharedAddress, protocol: "udp", externalLast: 8080, internalLast: 80 }),
    floatingIp(1, 1, "10.0.1.12"),
  ),
  "the range shorter, many ports to one": desiredState(
    ...networks,
    ...ports,
    router(1, [1, 2]),
    portForwarding(1, 1, fixedIp, { externalLast: 8085, internalLast: 85 }),
    portForwarding(3, 1, "10.0.1.12", { ...sharedAddress, externalFirst: 9000, externalLast: 9010, internalLast: 80 }),
  ),
  "another gateway address, extra routes": desiredState(
    ...networks,
    router(1, [1], {
      gateway: gatewayPort(1, { addresses: ["203.0.113.150/24"] }),
      routes: [
        { destination: "192.168.7.0/24", nextHop: "10.0.1.7" },
        { destination: "192.0.2.9/32", nextHop: "10.0.1.8" },
      ],
    }),
  ),
  "two routers, one without a gateway": desiredState(
    ...networks,
    router(1, [1], { routes: [{ destination: "192.168.7.0/24", nextHop: "10.0.1.9" }] }),
    router(2, [2], { gateway: undefined, gatewayNextHops: [] }),
    floatingIp(2, 1, fixedIp),
  ),
  "a router that speaks IPv6, an instance whose port is down": desiredState(
    ...networks,
    tenantNetwork(3, { mtu: 1400, networkType: "local" }),
    instancePort(11, 1, { adminStateUp: false }),
    router(1, [], {
      gateway: gatewayPort(1, { addresses: ["203.0.113.101/24", "2001:db8:0:9::101/64"] }),
      gatewayNextHops: ["203.0.113.1", "2001:db8:0:9::1"],
      interfaces: [interfacePort(1, 3, { addresses: ["10.0.3.1/24", "2001:db8:0:3::1/64"], mtu: 1400 })],
    }),
  ),
  "routers that advertise themselves, one of them on standby": desiredState(
    ...networks,
    router(1, [], { interfaces: [advertisedPort(1, 1, "slaac"), advertisedPort(1, 2, "dhcpv6-stateful")] }),
    router(2, [], { gateway: undefined, interfaces: [advertisedPort(2, 1, "dhcpv6-stateless")], standby: true }),
  ),
  "one of them in one network alone, and with other name servers": desiredState(
    ...networks,
    router(1, [], { interfaces: [advertisedPort(1, 1, "slaac", ["2001:db8::54", "192.0.2.53"])] }),
  ),
  "ports on other nodes": desiredState(
    externalNetwork(),
    tenantNetwork(1, { tunnelPeers: ["198.18.0.12", "198.18.0.13"] }),
    instancePort(11, 1),
    remotePort(21, 1),
    remotePort(22, 1, { ipAddresses: ["10.0.1.22", "2001:db8:0:1::22"] }),
  ),
  "one moved, one gone, another peer, IPv4 alone": desiredState(
    externalNetwork(),
    tenantNetwork(1, { tunnelPeers: ["198.18.0.13", "198.18.0.14"] }),
    instancePort(11, 1, { ipAddresses: ["10.0.1.11", "10.0.1.111"] }),
    remotePort(21, 1, { tunnelIp: "198.18.0.14" }),
  ),
  "a network that is down, with a port elsewhere": desiredState(
    tenantNetwork(1, { adminStateUp: false, tunnelPeers: ["198.18.0.12"] }),
    remotePort(21, 1),
  ),
  "a port that is about to come here": desiredState(
    externalNetwork(),
    tenantNetwork(1, { tunnelPeers: ["198.18.0.12"] }),
    instancePort(11, 1, { standby: true }),
    instancePort(12, 1),
    remotePort(11, 1),
  ),
  "the port here, another one about to leave": desiredState(
    externalNetwork(),
    tenantNetwork(1, { tunnelPeers: ["198.18.0.12"] }),
    instancePort(11, 1),
    instancePort(12, 1),
  ),
  "the other one elsewhere": desiredState(
    externalNetwork(),
    tenantNetwork(1, { tunnelPeers: ["198.18.0.12"] }),
    instancePort(11, 1),
    remotePort(12, 1),
  ),
  "DHCP for one instance": desiredState(...networks, instancePort(11, 1), dhcpServer(1)),
  "DHCP for two in IPv6 too, one with options of its own, beside a router": desiredState(
    ...networks,
    instancePort(11, 1, { dhcpOptions: [{ name: "bootfile-name", value: "pxelinux.0", ipVersion: 4 }] }),
    instancePort(12, 1, { ipAddresses: ["10.0.1.12", "2001:db8:0:1::12"] }),
    router(1, [1]),
    dhcpServer(1, { subnets: [dhcpSubnet(1, { gatewayIp: "10.0.1.9" }), dhcpSubnetV6(1, "dhcpv6-stateful")] }),
    dhcpServer(2),
  ),
  "names of instances here and elsewhere, in a domain of the network": desiredState(
    externalNetwork(),
    tenantNetwork(1, { dnsDomain: "shop.example.org", tunnelPeers: ["198.18.0.12"] }),
    instancePort(11, 1, { dnsName: "web1" }),
    remotePort(21, 1, { dnsName: "db.eu" }),
    dhcpServer(1),
  ),
  "DHCP from another address and device": desiredState(
    ...networks,
    ...ports,
    dhcpServer(1, { portId: sampleId("d", 199), subnets: [dhcpSubnet(1, { serverAddress: "10.0.1.3" })] }),
  ),
  "filtered instances": desiredState(
    ...networks,
    instancePort(11, 1, { ...filteredBy(1), ipAddresses: ["10.0.1.11", "2001:db8:0:1::11"] }),
    instancePort(12, 1, filteredBy(1, 2)),
    securityGroup(1, rule(1, { ingress: false }), rule(2, { protocol: 1, icmpType: 8, icmpCode: 0 })),
    securityGroup(2, rule(3, { remoteGroupId: sampleId("a", 1), protocol: 6, portRangeMin: 80, portRangeMax: 81 })),
    groupMember(11, [1], "10.0.1.11", "2001:db8:0:1::11"),
  ),
  "filtered otherwise": desiredState(
    ...networks,
    instancePort(11, 1, {
      ...filteredBy(2),
      allowedAddressPairs: [
        { ipAddress: "10.0.1.0/24", macAddress: "fa:16:3e:00:01:11" },
        { ipAddress: "0.0.0.0/0", macAddress: "fa:16:3e:00:01:99" },
        { ipAddress: "2001:db8:0:1::/64", macAddress: "fa:16:3e:00:01:11" },
        { ipAddress: "::/0", macAddress: "fa:16:3e:00:01:99" },
      ],
    }),
    instancePort(12, 1),
    securityGroup(
      2,
      ...everyRule,
      rule(3, { remoteGroupId: sampleId("a", 1), protocol: 6, portRangeMin: 80, portRangeMax: 80 }),
    ),
    groupMember(12, [1], "10.0.1.12", "10.0.1.0/24"),
    groupMember(13, [1], "10.0.2.13"),
    addressGroup(1, "192.0.2.0/24", "192.0.2.7", "2001:db8:9::/48", "0.0.0.0/1", "128.0.0.0/1"),
  ),
  "a router that is down": desiredState(...networks, ...ports, router(1, [1, 2], { adminStateUp: false })),
  "the router's interface remade with another port": desiredState(
    ...networks,
    ...ports,
    router(1, [], { interfaces: [interfacePort(1, 1, { portId: sampleId("f", 999) })] }),
  ),
};
