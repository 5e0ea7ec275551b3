import {
  type DesiredState,
  desiredState,
  dhcpServer,
  externalNetwork,
  externalNetworkId,
  externalPort,
  filteredBy,
  router,
  rule,
  securityGroup,
  tenantNetwork,
} from "./sample-state.ts";

/** Instances on the operator's own network. */
export const flatStates = {
  "instances on the flat network, beside a router's gateway": desiredState(
    externalNetwork(),
    tenantNetwork(1),
    externalPort(11),
    externalPort(12),
    router(1, [1]),
  ),
  "one of them filtered, and DHCP": desiredState(
    externalNetwork(),
    externalPort(11, filteredBy(1)),
    externalPort(12),
    securityGroup(1, rule(1, { protocol: 6, portRangeMin: 22, portRangeMax: 22 })),
    dhcpServer(9, { networkId: externalNetworkId }),
  ),
  "the same with a smaller MTU": desiredState(externalNetwork({ mtu: 1400 }), externalPort(11)),
  "the same switched off": desiredState(externalNetwork({ mtu: 1400, adminStateUp: false }), externalPort(11)),
} satisfies Record<string, DesiredState>;
