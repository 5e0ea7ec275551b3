/** Neutron's names: its operators' habits and tools keep working. A device name holds 15 characters, so a prefix and the first 11 of the id. */
function nameOf(prefix: string, id: string): string {
  return `${prefix}${id.slice(0, 11)}`;
}

export const routerNamespacePrefix = "qrouter-";

export function routerNamespace(routerId: string): string {
  return `${routerNamespacePrefix}${routerId}`;
}

export function networkBridge(networkId: string): string {
  return nameOf("brq", networkId);
}

/** A bridge of its own address keeps it whatever ports come: with another one it would forget its neighbours. Locally
 *  administered (IEEE 802), made of what the bridge's name holds of the id. */
export function bridgeMac(networkId: string): string {
  const digits = networkId.replaceAll("-", "").slice(0, 10);
  return ["0e", ...(digits.match(/../g) ?? [])].join(":");
}

/** A tenant network's device on the overlay. */
export function vxlanDevice(vni: number): string {
  return `vxlan-${vni}`;
}

/** The host's end of a port: of an instance, or of a router's leg. */
export function hostEnd(portId: string): string {
  return nameOf("tap", portId);
}

export function routerInterfaceDevice(portId: string): string {
  return nameOf("qr-", portId);
}

export function gatewayDevice(portId: string): string {
  return nameOf("qg-", portId);
}
