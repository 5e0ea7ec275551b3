import type { Ipv6Mode, Subnet as WireSubnet } from "@rhumbline/proto/rhumbline/ipam/v1/subnet";
import type { SubnetEvent } from "./events.ts";
import type { Subnet } from "./state.ts";

export function evolveSubnet(present: Subnet | undefined, event: SubnetEvent): Subnet | undefined {
  switch (event.type) {
    case "SubnetCreated": {
      const { subnet } = event.data;
      return subnet && { networkId: subnet.networkId, cidr: subnet.cidr, ...settingsOf(subnet) };
    }
    case "SubnetUpdated": {
      const { subnet, changed = [] } = event.data;
      return present && subnet && updated(present, subnet, changed);
    }
    case "SubnetDeleted":
      return undefined;
    default:
      return event satisfies never;
  }
}

type Settings = Omit<Subnet, "networkId" | "cidr">;

/** Path in an update mask → what it changes here. */
const settingByPath: Readonly<Record<string, keyof Settings>> = {
  gateway_ip: "gatewayIp",
  no_gateway: "gatewayIp",
  enable_dhcp: "enableDhcp",
  dns_nameservers: "dnsNameservers",
  host_routes: "hostRoutes",
};

function updated(present: Subnet, subnet: WireSubnet, changed: readonly string[]): Subnet {
  const values = settingsOf(subnet);
  const settings = changed.flatMap((path) => settingByPath[path] ?? []);
  return { ...present, ...Object.fromEntries(settings.map((setting) => [setting, values[setting]])) };
}

function settingsOf(subnet: WireSubnet): Settings {
  const { gatewayIp, noGateway, enableDhcp, dnsNameservers, hostRoutes, ipv6RaMode, ipv6AddressMode } = subnet;
  return {
    gatewayIp: noGateway ? "" : gatewayIp,
    enableDhcp,
    dnsNameservers,
    hostRoutes,
    ipv6RaMode: modeNames[ipv6RaMode],
    ipv6AddressMode: modeNames[ipv6AddressMode],
  };
}

/** As DesiredDhcpSubnet has them. */
const modeNames: Record<Ipv6Mode, string> = {
  IPV6_MODE_UNSPECIFIED: "",
  IPV6_MODE_SLAAC: "slaac",
  IPV6_MODE_DHCPV6_STATEFUL: "dhcpv6-stateful",
  IPV6_MODE_DHCPV6_STATELESS: "dhcpv6-stateless",
};
