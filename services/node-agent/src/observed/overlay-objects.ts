import type { KernelChange } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import type { ObservedDestination, ObservedKernel, ObservedLink } from "./observed-kernel.ts";

/** What the devices of the overlay and their bridges know, each entry an object of its own. */
export function overlayObjects({ forwarding, neighbours }: Pick<ObservedKernel, "forwarding" | "neighbours">) {
  const objects: KernelChange[] = [];
  for (const [device, { peers, destinations }] of forwarding) {
    for (const peer of peers) objects.push(peerObject(device, peer));
    for (const [mac, destination] of destinations) objects.push(destinationObject(device, mac, destination));
  }
  for (const [bridge, known] of neighbours) {
    for (const [address, mac] of known) objects.push(neighbourObject(bridge, address, mac));
  }
  return objects;
}

/** Where a device of the overlay floods frames to. */
const peerObject = (device: string, peer: string): KernelChange =>
  entry("KERNEL_OBJECT_KIND_FDB", `${device} ${anyMac} ${peer}`, `dst ${peer}`);

/** A destination that a device of the overlay knows. */
const destinationObject = (device: string, mac: string, destination: ObservedDestination): KernelChange =>
  entry("KERNEL_OBJECT_KIND_FDB", `${device} ${mac}`, textOf(destination));

/** A neighbour that a bridge answers for. */
const neighbourObject = (bridge: string, address: string, mac: string): KernelChange =>
  entry("KERNEL_OBJECT_KIND_NEIGHBOUR", `${bridge} ${address}`, `lladdr ${mac}`);

const anyMac = "00:00:00:00:00:00";

/** As `bridge fdb` says it: the device's entry, the bridge's entry, or both. */
function textOf({ tunnelIp, bridged }: ObservedDestination): string {
  const tunnel = tunnelIp === undefined ? "" : `dst ${tunnelIp}`;
  if (!bridged) return tunnel;
  return tunnel === "" ? "master static" : `${tunnel} master static`;
}

export function vxlanText({ vxlan, bridgePort, mtu, master, up }: ObservedLink): string {
  return [
    `vxlan id ${vxlan?.vni ?? 0} local ${vxlan?.tunnelIp ?? ""} dstport ${vxlan?.port ?? 0}`,
    ...(vxlan?.learning === false ? ["nolearning"] : []),
    `mtu ${mtu}`,
    ...(master === undefined ? [] : [`master ${master}`]),
    ...(bridgePort?.learning === false ? ["learning off"] : []),
    ...(bridgePort?.neighbourSuppression === true ? ["neigh_suppress on"] : []),
    up ? "up" : "down",
  ].join(" ");
}

function entry(kind: KernelChange["kind"], key: string, value: string): KernelChange {
  return { netns: "", kind, key, value };
}
