import { instanceDevice } from "@rhumbline/net";
import { type ResourceKey, resourceKey } from "./resource-key.ts";

export { networkBridge } from "@rhumbline/net";

/** Neutron's names: its operators' habits and tools keep working. A device name holds 15 characters, so a prefix and the first 11 of the id. */
function nameOf(prefix: string, id: string): string {
  return `${prefix}${id.slice(0, 11)}`;
}

export const routerNamespacePrefix = "qrouter-";

export function routerNamespace(routerId: string): string {
  return `${routerNamespacePrefix}${routerId}`;
}

export const dhcpNamespacePrefix = "qdhcp-";

export function dhcpNamespace(networkId: string): string {
  return `${dhcpNamespacePrefix}${networkId}`;
}

/** A network namespace that we make, by its name alone. */
export function isOwnNamespace(name: string): boolean {
  return name.startsWith(routerNamespacePrefix) || name.startsWith(dhcpNamespacePrefix);
}

/** The desired key that such a namespace was made for. */
export function resourceOfNamespace(name: string): ResourceKey {
  return name.startsWith(routerNamespacePrefix)
    ? resourceKey("router", name.slice(routerNamespacePrefix.length))
    : resourceKey("dhcp", name.slice(dhcpNamespacePrefix.length));
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

/** A tenant network's device on what carries its physical network. */
export function vlanDevice(networkId: string): string {
  return nameOf("vlan", networkId);
}

/** The end of a flat network's patch that is on the network's bridge. */
export function patchDevice(networkId: string): string {
  return nameOf("flat", networkId);
}

/** The end that is on the operator's. */
export function patchPeer(networkId: string): string {
  return nameOf("phy-", networkId);
}

/** A Linux bridge takes the lowest MAC address of its ports for its own unless somebody set it: the operator's must not get
 *  this one. */
export function patchPeerMac(networkId: string): string {
  return highestMac(bridgeMac(networkId));
}

/** The same with a first byte that is no bridge's lowest: locally administered (IEEE 802). */
export const highestMac = (mac: string): string => `fe${mac.slice(2)}`;

/** The host's end of a port of ours: of a router's leg, or of a DHCP server. */
export function hostEnd(portId: string): string {
  return instanceDevice(portId);
}

/** The device of an instance's port: whoever runs the instance may have named it. */
export function portDevice({ portId, device }: { readonly portId: string; readonly device: string }): string {
  return device || instanceDevice(portId);
}

export function routerInterfaceDevice(portId: string): string {
  return nameOf("qr-", portId);
}

export function gatewayDevice(portId: string): string {
  return nameOf("qg-", portId);
}

export function dhcpDevice(portId: string): string {
  return nameOf("ns-", portId);
}
