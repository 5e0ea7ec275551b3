import { deviceOfSysctl, ipv6OffSysctl } from "../../desired/ipv6-off.ts";
import { editLink, withEntry, without } from "../../observed/edit-kernel.ts";
import type { ObservedDestination, ObservedForwarding, ObservedKernel } from "../../observed/observed-kernel.ts";
import { vxlanPort } from "../../observed/ownership.ts";
import type { OverlayOperation } from "../operation.ts";
import { newLink, withHostDevice } from "./new-link.ts";

export function afterOverlayOperation(before: ObservedKernel, operation: OverlayOperation): ObservedKernel {
  const { device } = operation;
  switch (operation.kind) {
    case "add-vxlan": {
      const { vni, tunnelIp, mtu } = operation;
      const vxlan = { vni, tunnelIp, port: vxlanPort, learning: false };
      return withHostDevice(before, newLink(before, "", device, { kind: "vxlan", ours: true, mtu, vxlan }));
    }
    case "set-tunnel-ip":
      return editLink(before, "", device, (link) =>
        link.vxlan === undefined ? link : { ...link, vxlan: { ...link.vxlan, tunnelIp: operation.tunnelIp } },
      );
    case "set-bridge-port":
      return editLink(before, "", device, (link) => ({
        ...link,
        bridgePort: { learning: false, neighbourSuppression: true },
      }));
    case "add-flood-peer":
      return editForwarding(before, device, (known) => ({ ...known, peers: new Set(known.peers).add(operation.peer) }));
    case "delete-flood-peer":
      return editForwarding(before, device, (known) => ({
        ...known,
        peers: new Set([...known.peers].filter((peer) => peer !== operation.peer)),
      }));
    case "set-forwarding":
      return editDestination(before, device, operation.mac, () => ({ tunnelIp: operation.tunnelIp, bridged: true }));
    case "set-delivery":
      return editDestination(before, operation.overlay, operation.mac, (known) => ({ ...known, bridged: false }));
    case "delete-forwarding":
      return editDestination(before, device, operation.mac, (known) => ({
        tunnelIp: operation.tunnel ? undefined : known.tunnelIp,
        bridged: known.bridged && !operation.bridged,
      }));
    case "set-neighbour":
      return editNeighbour(before, device, operation.address, operation.mac);
    case "delete-neighbour":
      return editNeighbour(before, device, operation.address, undefined);
    default:
      return operation satisfies never;
  }
}

function editForwarding(
  kernel: ObservedKernel,
  device: string,
  edit: (known: ObservedForwarding) => ObservedForwarding,
): ObservedKernel {
  const known = kernel.forwarding.get(device) ?? { peers: new Set(), destinations: new Map() };
  return { ...kernel, forwarding: withEntry(kernel.forwarding, device, edit(known)) };
}

function editDestination(
  kernel: ObservedKernel,
  device: string,
  mac: string,
  edit: (known: ObservedDestination) => ObservedDestination,
): ObservedKernel {
  return editForwarding(kernel, device, (known) => {
    const after = edit(known.destinations.get(mac) ?? { tunnelIp: undefined, bridged: false });
    const stands = after.tunnelIp !== undefined || after.bridged;
    return { ...known, destinations: withEntry(known.destinations, mac, stands ? after : undefined) };
  });
}

function editNeighbour(kernel: ObservedKernel, bridge: string, address: string, mac: string | undefined) {
  const known = withEntry(kernel.neighbours.get(bridge) ?? new Map<string, string>(), address, mac);
  return { ...kernel, neighbours: withEntry(kernel.neighbours, bridge, known) };
}

/** A device takes its entries along. */
export function withoutForwardingOf(kernel: ObservedKernel, device: string): ObservedKernel {
  return {
    ...kernel,
    forwarding: without(kernel.forwarding, [device]),
    neighbours: without(kernel.neighbours, [device]),
  };
}

/** A port that comes to a bridge has its settings by default, and the bridge knows nothing behind it. */
export function asNewBridgePort(kernel: ObservedKernel, device: string, isPort: boolean): ObservedKernel {
  if (kernel.links.get(device)?.vxlan === undefined) return kernel;
  const joined = editLink(kernel, "", device, ({ bridgePort: _, ...link }) =>
    isPort ? { ...link, bridgePort: { learning: true, neighbourSuppression: false } } : link,
  );
  if (!kernel.forwarding.has(device)) return joined;
  return editForwarding(joined, device, (known) => ({
    ...known,
    destinations: new Map(
      [...known.destinations]
        .filter(([, { tunnelIp }]) => tunnelIp !== undefined)
        .map(([mac, destination]) => [mac, { ...destination, bridged: false }]),
    ),
  }));
}

/** A bridge that goes down, or speaks no IPv6 any more, forgets its neighbours of that kind. */
export function withoutNeighbours(kernel: ObservedKernel, bridge: string, forgets: (address: string) => boolean) {
  const known = kernel.neighbours.get(bridge);
  if (known === undefined) return kernel;
  const kept = new Map([...known].filter(([address]) => !forgets(address)));
  return { ...kernel, neighbours: withEntry(kernel.neighbours, bridge, kept) };
}

/** The host's bridge whose IPv6 the sysctl turns off; undefined: it turns off none. */
export function bridgeSilencedBy(kernel: ObservedKernel, sysctl: string, value: string): string | undefined {
  const device = deviceOfSysctl(sysctl);
  return device !== undefined && value === "1" && sysctl === ipv6OffSysctl(device) && kernel.neighbours.has(device)
    ? device
    : undefined;
}
