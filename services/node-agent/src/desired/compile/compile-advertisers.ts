import type { DesiredRouter, RouterPort } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { advertisement, advertisementFile, radvdOptions } from "../../advertise/radvd-config.ts";
import { advertiserHelper, type DesiredHelper } from "../desired-helper.ts";
import { routerInterfaceDevice, routerNamespace } from "../device-names.ts";
import type { DhcpSettings } from "../host-facts.ts";
import type { ResourceKey } from "../resource-key.ts";

/** What advertises the router in its networks, one program for each leg that has to. Behind a closed door too: it is heard
 *  from the moment on in which the door opens.
 *  @param toldIn what instances of a network are told.
 *  @throws Error for text that is no CIDR or address. */
export function compileAdvertisers(
  resource: ResourceKey,
  { routerId, interfaces }: DesiredRouter,
  toldIn: (networkId: string) => DhcpSettings,
): DesiredHelper[] {
  const advertised = interfaces.filter(({ advertisedSubnets }) => advertisedSubnets.length > 0);
  return advertised.map((port) => advertiserOf(resource, routerNamespace(routerId), port, toldIn(port.networkId)));
}

function advertiserOf(
  resource: ResourceKey,
  netns: string,
  { portId, mtu, advertisedSubnets }: RouterPort,
  settings: DhcpSettings,
): DesiredHelper {
  const name = advertiserHelper(portId);
  const device = routerInterfaceDevice(portId);
  const content = advertisement(device, mtu, advertisedSubnets, settings);
  return {
    resource,
    name,
    netns,
    device,
    program: "radvd",
    config: radvdOptions(name),
    files: new Map([[advertisementFile, { resource, content }]]),
    keptAddresses: new Map(),
  };
}
