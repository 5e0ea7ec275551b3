import type { Port as WirePort } from "@rhumbline/proto/rhumbline/topology/v1/port";
import type { PortEvent } from "./events.ts";
import type { Port } from "./state.ts";

export function evolvePort(present: Port | undefined, event: PortEvent): Port | undefined {
  switch (event.type) {
    case "PortCreated":
      return event.data.port && created(event.data.port, event.data.portSecurityDecided);
    case "PortUpdated":
      return present && event.data.port && updated(present, event.data.port, event.data.changed ?? []);
    case "PortBound":
      return present && { ...present, nodeId: event.data.nodeId, device: event.data.device, move: undefined };
    case "PortMoveStarted":
      return present && { ...present, move: { nodeId: event.data.toNodeId, device: event.data.device } };
    case "PortMoveAborted":
      return present && { ...present, move: undefined };
    case "PortUnbound":
      return present && { ...present, ...unbound };
    case "PortDeleted":
      return undefined;
    default:
      return event satisfies never;
  }
}

/** A port from before there was port security has none. */
function created(port: WirePort, securityDecided: boolean): Port {
  const settings = settingsOf(port);
  const portSecurity = securityDecided && settings.portSecurity;
  const { networkId, macAddress } = port;
  // Each part copied behind the first costs a microsecond, which a rebuild sees.
  return { ...settings, networkId, macAddress, portSecurity, nodeId: "", device: "", move: undefined };
}

const unbound: Pick<Port, "nodeId" | "device" | "move"> = { nodeId: "", device: "", move: undefined };

type Settings = Omit<Port, "networkId" | "macAddress" | "nodeId" | "device" | "move">;

/** Path in an update mask → what it changes here. */
const settingByPath: Readonly<Record<string, keyof Settings>> = {
  fixed_ips: "ipAddresses",
  admin_state_up: "adminStateUp",
  device_owner: "deviceOwner",
  device_id: "deviceId",
  extra_dhcp_options: "dhcpOptions",
  dns_name: "dnsName",
  port_security_disabled: "portSecurity",
  security_group_ids: "securityGroupIds",
  allowed_address_pairs: "allowedAddressPairs",
};

function updated(present: Port, port: WirePort, changed: readonly string[]): Port {
  const values = settingsOf(port);
  const settings = changed.flatMap((path) => settingByPath[path] ?? []);
  return { ...present, ...Object.fromEntries(settings.map((setting) => [setting, values[setting]])) };
}

const settingsOf = (port: WirePort): Settings => ({
  ipAddresses: port.fixedIps.map(({ ipAddress }) => ipAddress),
  adminStateUp: port.adminStateUp ?? true,
  deviceOwner: port.deviceOwner,
  deviceId: port.deviceId,
  dhcpOptions: port.extraDhcpOptions,
  dnsName: port.dnsName,
  portSecurity: !port.portSecurityDisabled,
  securityGroupIds: port.securityGroupIds,
  allowedAddressPairs: port.allowedAddressPairs,
});
