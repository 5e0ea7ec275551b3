import {
  advertisedPort,
  desiredState,
  dhcpServer,
  dhcpSubnet,
  dhcpSubnetV6,
  externalNetwork,
  floatingIp,
  gatewayPort,
  instancePort,
  interfacePort,
  portForwarding,
  remotePort,
  router,
  sampleId,
  tenantNetwork,
} from "./sample-state.ts";

const networks = [externalNetwork(), tenantNetwork(1), tenantNetwork(2)] as const;
const ports = [instancePort(11, 1), instancePort(12, 1)] as const;
const fixedIp = "10.0.1.11";
/** Of port forwarding 1. */
const sharedAddress = { floatingIpAddress: "203.0.113.221" };

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
  "DHCP for one instance": desiredState(...networks, instancePort(11, 1), dhcpServer(1)),
  "DHCP for two in IPv6 too, one with options of its own, beside a router": desiredState(
    ...networks,
    instancePort(11, 1, { dhcpOptions: [{ name: "bootfile-name", value: "pxelinux.0", ipVersion: 4 }] }),
    instancePort(12, 1, { ipAddresses: ["10.0.1.12", "2001:db8:0:1::12"] }),
    router(1, [1]),
    dhcpServer(1, { subnets: [dhcpSubnet(1, { gatewayIp: "10.0.1.9" }), dhcpSubnetV6(1, "dhcpv6-stateful")] }),
    dhcpServer(2),
  ),
  "DHCP from another address and device": desiredState(
    ...networks,
    ...ports,
    dhcpServer(1, { portId: sampleId("d", 199), subnets: [dhcpSubnet(1, { serverAddress: "10.0.1.3" })] }),
  ),
  "a router that is down": desiredState(...networks, ...ports, router(1, [1, 2], { adminStateUp: false })),
  "the router's interface remade with another port": desiredState(
    ...networks,
    ...ports,
    router(1, [], { interfaces: [interfacePort(1, 1, { portId: sampleId("f", 999) })] }),
  ),
};
