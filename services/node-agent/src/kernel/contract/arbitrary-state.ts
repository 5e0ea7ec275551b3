import fc from "fast-check";
import {
  type DesiredState,
  desiredState,
  dhcpServer,
  dhcpSubnet,
  dhcpSubnetV6,
  externalNetwork,
  externalPort,
  floatingIp,
  gatewayPort,
  instancePort,
  interfacePort,
  portForwarding,
  remotePort,
  router,
  tenantNetwork,
  vlanNetwork,
} from "./sample-state.ts";

const fixedIps = ["10.0.1.11", "10.0.1.12", "10.0.2.21"];

const tunnelIps = ["198.18.0.12", "198.18.0.13"];

const arbitraryGateway = fc.record({
  address: fc.constantFrom("203.0.113.101/24", "203.0.113.151/24", "203.0.113.101/25"),
  hasIpv6: fc.boolean(),
  snat: fc.boolean(),
  mtu: fc.constantFrom(1400, 1500),
  macAddress: fc.constantFrom("fa:16:3e:00:02:01", "fa:16:3e:00:02:77"),
});

/** All of one floating IP, and apart from each other. */
const arbitraryForwarding = fc
  .record({
    externalFirst: fc.constantFrom(80, 8000, 9000),
    more: fc.constantFrom(0, 1, 10),
    toOne: fc.boolean(),
    protocol: fc.constantFrom("tcp", "udp"),
    fixedIp: fc.constantFrom(...fixedIps),
  })
  .map(({ externalFirst, more, toOne, ...one }) => ({
    ...one,
    externalFirst,
    externalLast: externalFirst + more,
    internalFirst: 7000,
    internalLast: toOne ? 7000 : 7000 + more,
  }));

const arbitraryRouter = fc.record({
  adminStateUp: fc.boolean(),
  standby: fc.boolean(),
  gateway: fc.option(arbitraryGateway, { nil: undefined }),
  networks: fc.subarray([1, 2]),
  route: fc.option(fc.constantFrom("10.0.1.7", "10.0.1.8"), { nil: undefined }),
  /** The fixed IP of each floating IP that it has. */
  fixedIps: fc.subarray(fixedIps).chain((chosen) => fc.shuffledSubarray(chosen)),
  forwardings: fc.uniqueArray(arbitraryForwarding, { maxLength: 3, selector: ({ externalFirst }) => externalFirst }),
});

const arbitraryDhcp = fc.record({
  serverAddress: fc.constantFrom("10.0.1.2", "10.0.1.3"),
  macAddress: fc.constantFrom("fa:16:3e:00:04:01", "fa:16:3e:00:04:77"),
  ipv6Mode: fc.constantFrom("", "slaac", "dhcpv6-stateful", "dhcpv6-stateless"),
  options: fc.constantFrom([], [{ name: "bootfile-name", value: "pxelinux.0", ipVersion: 4 }]),
});

type Dhcp = typeof arbitraryDhcp extends fc.Arbitrary<infer Settings> ? Settings : never;

const dhcpSubnets = ({ serverAddress, ipv6Mode }: Dhcp) => [
  dhcpSubnet(1, { serverAddress }),
  ...(ipv6Mode === "" ? [] : [dhcpSubnetV6(1, ipv6Mode)]),
];

/** Any of the states that one router, its floating IPs, two tenant networks and two instances can be asked to be in. */
export const arbitraryState: fc.Arbitrary<DesiredState> = stateWith(fc.constant([]));

/** As arbitraryState, where networks may be VLANs, which exchange their ids from state to state. */
export const arbitraryStateWithVlans: fc.Arbitrary<DesiredState> = stateWith(
  fc.shuffledSubarray([101, 102, 103], { maxLength: 2 }),
);

function stateWith(vlanIds: fc.Arbitrary<readonly number[]>): fc.Arbitrary<DesiredState> {
  return fc
    .record({
      router: fc.option(arbitraryRouter, { nil: undefined }),
      otherRouter: fc.boolean(),
      mtu: fc.constantFrom(1400, 1500),
      ports: fc.subarray([11, 12]),
      /** Which of them is in the external network. */
      outside: fc.constantFrom(0, 12),
      portUp: fc.boolean(),
      networkUp: fc.boolean(),
      tunnelPeers: fc.subarray(tunnelIps),
      elsewhere: fc.subarray([12, 21]),
      tunnelIp: fc.constantFrom(...tunnelIps),
      speakIpv6: fc.boolean(),
      dhcp: fc.option(arbitraryDhcp, { nil: undefined }),
      vlanIds,
    })
    .map(({ router: settings, otherRouter, mtu, ports, outside, portUp, dhcp, ...overlay }) =>
      desiredState(
        externalNetwork(),
        tenantNetwork(1, { mtu, adminStateUp: overlay.networkUp, tunnelPeers: overlay.tunnelPeers }),
        ...secondNetworks(overlay.vlanIds, { mtu, adminStateUp: overlay.networkUp }),
        ...remotePorts(overlay.elsewhere, overlay),
        ...ports.map((number) => {
          const settings = { adminStateUp: portUp, dhcpOptions: dhcp?.options ?? [] };
          return number === outside ? externalPort(number, settings) : instancePort(number, 1, settings);
        }),
        ...(dhcp === undefined
          ? []
          : [dhcpServer(1, { macAddress: dhcp.macAddress, mtu, subnets: dhcpSubnets(dhcp) })]),
        ...(settings === undefined ? [] : routerEntries(settings)),
        ...(otherRouter ? [router(2, [])] : []),
      ),
    );
}

/** Network 2, and network 3 where there is a second VLAN id. */
function secondNetworks([first, second]: readonly number[], settings: { mtu: number; adminStateUp: boolean }) {
  return [
    first === undefined ? tenantNetwork(2) : vlanNetwork(2, first),
    ...(second === undefined ? [] : [vlanNetwork(3, second, settings)]),
  ];
}

function remotePorts(numbers: readonly number[], { tunnelIp, speakIpv6 }: { tunnelIp: string; speakIpv6: boolean }) {
  return numbers.map((number) =>
    remotePort(number, 1, {
      tunnelIp,
      ipAddresses: [`10.0.1.${number}`, ...(speakIpv6 ? [`2001:db8:0:1::${number}`] : [])],
    }),
  );
}

type RouterSettings = typeof arbitraryRouter extends fc.Arbitrary<infer Settings> ? Settings : never;

function routerEntries(settings: RouterSettings) {
  const { adminStateUp, standby, gateway, networks, route } = settings;
  const ipv6 = gateway?.hasIpv6 === true ? ["2001:db8:0:9::101/64"] : [];
  const entry = router(1, [], {
    adminStateUp,
    standby,
    enableSnat: gateway?.snat ?? false,
    gateway: gateway && gatewayPort(1, { ...gateway, addresses: [gateway.address, ...ipv6] }),
    gatewayNextHops: gateway === undefined ? [] : ["203.0.113.1", ...ipv6.map(() => "2001:db8:0:9::1")],
    interfaces: networks.map((number) => interfacePort(1, number)),
    routes: route === undefined || !networks.includes(1) ? [] : [{ destination: "192.168.7.0/24", nextHop: route }],
  });
  const floatingIps = gateway === undefined ? [] : settings.fixedIps;
  const forwardings = gateway === undefined ? [] : settings.forwardings;
  return [
    entry,
    ...floatingIps.map((fixedIp, index) => floatingIp(index + 1, 1, fixedIp)),
    ...forwardings.map(({ fixedIp, ...ports }, index) =>
      portForwarding(index + 1, 1, fixedIp, { floatingIpAddress: "203.0.113.221", ...ports }),
    ),
  ];
}
