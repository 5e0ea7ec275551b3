import {
  addressGroup,
  desiredState,
  externalNetwork,
  filteredBy,
  floatingIp,
  gatewayPort,
  groupMember,
  instancePort,
  interfacePort,
  router,
  rule,
  sampleId,
  securityGroup,
  tenantNetwork,
} from "./sample-state.ts";

const networks = [externalNetwork(), tenantNetwork(1), tenantNetwork(2)] as const;
const ports = [instancePort(11, 1), instancePort(12, 1)] as const;
const fixedIp = "10.0.1.11";

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
