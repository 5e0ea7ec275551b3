import {
  type DesiredState,
  desiredState,
  dhcpServer,
  externalNetwork,
  filteredBy,
  instancePort,
  router,
  rule,
  securityGroup,
  vlanNetwork,
} from "./sample-state.ts";

const ports = [instancePort(11, 1), instancePort(12, 1)] as const;

/** As namedStates, for kernels that make VLAN devices. */
export const vlanStates: Readonly<Record<string, DesiredState>> = {
  "a VLAN network beside the flat one": desiredState(externalNetwork(), vlanNetwork(1, 101), ...ports),
  "two of them, and a router in both": desiredState(
    externalNetwork(),
    vlanNetwork(1, 101),
    vlanNetwork(2, 102),
    ...ports,
    router(1, [1, 2]),
  ),
  "their ids the other way round": desiredState(vlanNetwork(1, 102), vlanNetwork(2, 101), ...ports),
  "the id of one that is gone, and another MTU": desiredState(vlanNetwork(2, 102, { mtu: 1400 })),
  "one that is down": desiredState(vlanNetwork(2, 102, { adminStateUp: false })),
  "DHCP and a filtered port on a VLAN network": desiredState(
    vlanNetwork(1, 4094),
    instancePort(11, 1, filteredBy(1)),
    securityGroup(1, rule(1, { protocol: 6, portRangeMin: 22, portRangeMax: 22 })),
    dhcpServer(1),
  ),
};
