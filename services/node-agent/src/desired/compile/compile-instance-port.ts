import { formatMac, parseDeviceName, parseMac } from "@rhumbline/net";
import type { DesiredPort } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import type { DesiredInstancePort } from "../desired-kernel.ts";
import { portDevice } from "../device-names.ts";
import type { ResourceKey } from "../resource-key.ts";
import { type Carriers, requireCarrier } from "./carriers.ts";

/** @throws Error when the port can't be bound on this host. */
export function compileInstancePort(resource: ResourceKey, port: DesiredPort, carriers: Carriers): DesiredInstancePort {
  const carrier = requireCarrier(carriers, port.networkId);
  if (carrier.kind === "device") {
    throw new Error(
      `physical network on device ${carrier.device} carries routers only: map it to a bridge to plug instances`,
    );
  }
  const device = parseDeviceName(portDevice(port));
  const mac = formatMac(parseMac(port.macAddress));
  return { resource, device, mac, bridge: carrier.bridge, up: port.adminStateUp, standby: port.standby };
}
