import type { Subnet as WireSubnet } from "@rhumbline/proto/rhumbline/ipam/v1/subnet";
import type { SubnetEvent } from "./events.ts";
import type { Subnet } from "./state.ts";

export function evolveSubnet(present: Subnet | undefined, event: SubnetEvent): Subnet | undefined {
  switch (event.type) {
    case "SubnetCreated": {
      const { subnet } = event.data;
      return subnet && { networkId: subnet.networkId, cidr: subnet.cidr, gatewayIp: gatewayOf(subnet) };
    }
    case "SubnetUpdated": {
      const { subnet, changed = [] } = event.data;
      const gatewayChanged = changed.includes("gateway_ip") || changed.includes("no_gateway");
      return present && subnet && gatewayChanged ? { ...present, gatewayIp: gatewayOf(subnet) } : present;
    }
    case "SubnetDeleted":
      return undefined;
    default:
      return event satisfies never;
  }
}

const gatewayOf = ({ gatewayIp, noGateway }: WireSubnet): string => (noGateway ? "" : gatewayIp);
