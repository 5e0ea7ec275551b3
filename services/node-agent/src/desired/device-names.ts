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
