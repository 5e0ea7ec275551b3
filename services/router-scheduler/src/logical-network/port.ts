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
  // Written out: copied from parts it costs ten times as much, which a rebuild sees.
  return {
    projectId: port.projectId,
    networkId: port.networkId,
    macAddress: port.macAddress,
    ipAddresses: addressesOf(port),
    adminStateUp: port.adminStateUp ?? true,
    deviceOwner: port.deviceOwner,
    deviceId: port.deviceId,
    dhcpOptions: port.extraDhcpOptions,
    dnsName: port.dnsName,
    portSecurity: securityDecided && !port.portSecurityDisabled,
    securityGroupIds: port.securityGroupIds,
    allowedAddressPairs: port.allowedAddressPairs,
    nodeId: "",
    device: "",
    move: undefined,
  };
}

const unbound: Pick<Port, "nodeId" | "device" | "move"> = { nodeId: "", device: "", move: undefined };

/** Path in an update mask → what it changes here. */
const settings: Readonly<Record<string, (port: WirePort) => Partial<Port>>> = {
  fixed_ips: (port) => ({ ipAddresses: addressesOf(port) }),
  admin_state_up: ({ adminStateUp }) => ({ adminStateUp: adminStateUp ?? true }),
  device_owner: ({ deviceOwner }) => ({ deviceOwner }),
  device_id: ({ deviceId }) => ({ deviceId }),
  extra_dhcp_options: ({ extraDhcpOptions: dhcpOptions }) => ({ dhcpOptions }),
  dns_name: ({ dnsName }) => ({ dnsName }),
  port_security_disabled: ({ portSecurityDisabled }) => ({ portSecurity: !portSecurityDisabled }),
  security_group_ids: ({ securityGroupIds }) => ({ securityGroupIds }),
  allowed_address_pairs: ({ allowedAddressPairs }) => ({ allowedAddressPairs }),
};

const updated = (present: Port, port: WirePort, changed: readonly string[]): Port =>
  Object.assign({}, present, ...changed.map((path) => settings[path]?.(port)));

const addressesOf = ({ fixedIps }: WirePort): string[] => fixedIps.map(({ ipAddress }) => ipAddress);
