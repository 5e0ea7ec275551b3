import type { DesiredDhcp, DesiredDhcpSubnet, DesiredNetwork } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { type ConfinedElement, requestElement } from "../../observed/confinement.ts";
import type { Lookup } from "../../observed/following.ts";
import { patchDevice, vlanDevice, vxlanDevice } from "../device-names.ts";
import { resourceKey } from "../resource-key.ts";

/** Where servers of each IP version listen: RFC 2131, section 4.1, and RFC 8415, section 7.2. */
const serverPort = { v4: 67, v6: 547 };

/** Requests that a network's server on this node answers, so that nobody on another node needs to hear them. Of an IP version
 *  that it doesn't serve they go everywhere: an instance may be the server. */
export function requestsKeptFor(
  { networkId, subnets }: DesiredDhcp,
  networks: Lookup<DesiredNetwork>,
): ConfinedElement[] {
  const network = networks.get(resourceKey("network", networkId));
  const wayOut = network && deviceToOtherNodes(network);
  if (wayOut === undefined) return [];
  const ports = new Set(subnets.flatMap(servedPort));
  return [...ports].map((port) => requestElement(wayOut, port));
}

/** Undefined: it has none. */
function deviceToOtherNodes({ networkType, networkId, segmentationId }: DesiredNetwork): string | undefined {
  switch (networkType) {
    case "vxlan":
      return vxlanDevice(segmentationId);
    case "vlan":
      return vlanDevice(networkId);
    case "flat":
      return patchDevice(networkId);
    default:
      return undefined;
  }
}

function servedPort({ cidr, ipv6RaMode }: DesiredDhcpSubnet): number[] {
  if (!cidr.includes(":")) return [serverPort.v4];
  return ipv6RaMode === "slaac" ? [] : [serverPort.v6];
}
