import type { DesiredBridge, DesiredKernel, DesiredOverlay } from "../../desired/desired-kernel.ts";
import { networkBridge } from "../../desired/device-names.ts";
import type { ObservedLink } from "../../observed/observed-kernel.ts";
import { ownLinks } from "../../observed/own-links.ts";
import { isOwnVxlan, vxlanPort } from "../../observed/ownership.ts";
import { deviceSight, type Sight } from "../sight.ts";
import type { Draft } from "./draft.ts";
import { goneResourceOf } from "./gone-resource.ts";
import { planIpv6Off } from "./plan-ipv6-off.ts";
import { planSettings } from "./plan-legs.ts";
import { unwanted } from "./unwanted.ts";

interface Overlaid {
  readonly overlays: readonly DesiredOverlay[];
  readonly bridges: readonly DesiredBridge[];
}

/** What planning one looks at. */
export const sightsOfOverlay = ({ device }: DesiredOverlay): Sight[] => [deviceSight(device)];

/** Devices on the overlay, and what they know: before they are up, so that no frame is flooded for want of an entry. */
export function planOverlays({ overlays, bridges }: Overlaid, draft: Draft): void {
  for (const overlay of overlays) planDevice(overlay, draft);
  for (const overlay of overlays) planDestinations(overlay, draft);
  planNeighbours(bridges, draft);
  for (const { resource, device, up } of overlays) {
    if (draft.kernel().links.get(device)?.up === up) continue;
    draft.add({ kind: "set-link", resource, netns: "", device, up });
  }
}

function planDevice({ resource, device, bridge: master, vni, tunnelIp, mtu }: DesiredOverlay, draft: Draft): void {
  const before = draft.kernel().links.get(device);
  if (before !== undefined && isOwnVxlan(before) && !isMadeSo(before, vni)) {
    draft.add({ kind: "delete-link", resource, netns: "", device });
  }
  // Somebody else's device of that name stays: adding ours then fails with the kernel's words.
  if (before === undefined || !isOwnVxlan(before) || !isMadeSo(before, vni)) {
    draft.add({ kind: "add-vxlan", resource, netns: "", device, vni, tunnelIp, mtu });
  }
  planIpv6Off(resource, device, draft);
  const standing = draft.kernel().links.get(device);
  if (standing === undefined) return;
  if (standing.vxlan?.tunnelIp !== tunnelIp)
    draft.add({ kind: "set-tunnel-ip", resource, netns: "", device, tunnelIp });
  planSettings({ kind: "set-link", resource, netns: "", device }, standing, { mtu, master }, draft);
  const port = draft.kernel().links.get(device)?.bridgePort;
  if (port?.learning !== false || !port.neighbourSuppression)
    draft.add({ kind: "set-bridge-port", resource, netns: "", device });
}

/** What can't be changed once a device stands. */
function isMadeSo({ vxlan }: ObservedLink, vni: number): boolean {
  return vxlan?.vni === vni && vxlan.port === vxlanPort && !vxlan.learning;
}

function planDestinations({ resource, device, peers, forwarding }: DesiredOverlay, draft: Draft): void {
  const known = draft.kernel().forwarding.get(device);
  for (const [mac, { resource: served, tunnelIp }] of forwarding) {
    const standing = known?.destinations.get(mac);
    if (standing?.tunnelIp === tunnelIp && standing.bridged) continue;
    draft.add({ kind: "set-forwarding", resource: served, netns: "", device, mac, tunnelIp });
  }
  for (const peer of peers) {
    if (known?.peers.has(peer) !== true) draft.add({ kind: "add-flood-peer", resource, netns: "", device, peer });
  }
}

function planNeighbours(bridges: readonly DesiredBridge[], draft: Draft): void {
  for (const { name: device, neighbours } of bridges) {
    const known = draft.kernel().neighbours.get(device);
    for (const [address, { resource, mac }] of neighbours) {
      if (known?.get(address) === mac) continue;
      draft.add({ kind: "set-neighbour", resource, netns: "", device, address, mac });
    }
  }
}

const unwantedOverlays = unwanted<ObservedLink>();

/** What is known and no longer so. After the additions: a port that came here from elsewhere stands by now. */
export function planOverlayRemoval({ overlays, bridges }: Overlaid, desired: DesiredKernel, draft: Draft): void {
  for (const { name: device, resource, neighbours } of bridges) {
    for (const address of draft.kernel().neighbours.get(device)?.keys() ?? []) {
      if (!neighbours.has(address)) draft.add({ kind: "delete-neighbour", resource, netns: "", device, address });
    }
  }
  for (const { device, resource, peers, forwarding } of overlays) {
    const known = draft.kernel().forwarding.get(device);
    for (const [mac, { tunnelIp, bridged }] of known?.destinations ?? []) {
      if (forwarding.has(mac)) continue;
      const tunnel = tunnelIp !== undefined;
      draft.add({ kind: "delete-forwarding", resource, netns: "", device, mac, tunnel, bridged });
    }
    for (const peer of known?.peers ?? []) {
      if (!peers.has(peer)) draft.add({ kind: "delete-flood-peer", resource, netns: "", device, peer });
    }
  }
  const { vxlans } = ownLinks(draft.kernel().links);
  for (const link of unwantedOverlays(vxlans, desired.overlays).values()) {
    if (desired.untouched.has(link.name)) continue;
    const resource = goneResourceOf(desired.gone, "network", networkBridge, link.master ?? "");
    draft.add({ kind: "delete-link", resource, netns: "", device: link.name });
  }
}
