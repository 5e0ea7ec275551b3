import type { PortForwarding as WirePortForwarding } from "@rhumbline/proto/rhumbline/topology/v1/port_forwarding";
import type { PortForwarding } from "./state.ts";

export function forwardingIn(given: WirePortForwarding): PortForwarding {
  const { protocol, externalPorts, internalPorts, internalIpAddress, routerId } = given;
  return {
    protocol: protocol === "PORT_FORWARDING_PROTOCOL_UDP" ? "udp" : "tcp",
    externalPorts: { first: externalPorts?.first ?? 0, last: externalPorts?.last ?? 0 },
    internalPorts: { first: internalPorts?.first ?? 0, last: internalPorts?.last ?? 0 },
    internalIpAddress,
    routerId,
  };
}

/** Path in an update mask → what it changes here. */
const settingByPath: Readonly<Record<string, keyof PortForwarding>> = {
  protocol: "protocol",
  external_ports: "externalPorts",
  internal_ports: "internalPorts",
  internal_ip_address: "internalIpAddress",
  router_id: "routerId",
};

export function updatedForwarding(
  present: PortForwarding,
  given: WirePortForwarding,
  changed: readonly string[],
): PortForwarding {
  const values = forwardingIn(given);
  const settings = changed.flatMap((path) => settingByPath[path] ?? []);
  return { ...present, ...Object.fromEntries(settings.map((setting) => [setting, values[setting]])) };
}
