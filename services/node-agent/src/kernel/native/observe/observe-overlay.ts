import { ForwardingEntries } from "../../../observed/forwarding-entries.ts";
import type { ObservedForwarding } from "../../../observed/observed-kernel.ts";
import type { NetlinkRequest, NetlinkSocket } from "../netlink/netlink-socket.ts";
import {
  allForwarding,
  allNeighbours,
  forwardingThrough,
  type KernelNeighbour,
  neighboursOn,
  readNeighbour,
} from "../route/neighbour-messages.ts";

/** What the kernel tells of the device with an index. */
export interface OverlayReader {
  forwarding(index: number): readonly KernelNeighbour[];
  neighbours(index: number): readonly KernelNeighbour[];
}

/** Asks for each device by itself. */
export const readEachDevice = (socket: NetlinkSocket): OverlayReader => ({
  forwarding: (index) => dumped(socket, [forwardingThrough(index)]).filter((told) => told.index === index),
  neighbours: (index) =>
    dumped(socket, [neighboursOn(index, 4), neighboursOn(index, 6)]).filter((told) => told.index === index),
});

/** Asks for all devices at once, with the first that is read. */
export function readAllDevices(socket: NetlinkSocket): OverlayReader {
  let forwarding: ReadonlyMap<number, readonly KernelNeighbour[]> | undefined;
  let neighbours: ReadonlyMap<number, readonly KernelNeighbour[]> | undefined;
  return {
    forwarding: (index) => {
      forwarding ??= byIndex(dumped(socket, [allForwarding]));
      return forwarding.get(index) ?? [];
    },
    neighbours: (index) => {
      neighbours ??= byIndex(dumped(socket, [allNeighbours(4), allNeighbours(6)]));
      return neighbours.get(index) ?? [];
    },
  };
}

function byIndex(told: readonly KernelNeighbour[]): Map<number, KernelNeighbour[]> {
  const grouped = new Map<number, KernelNeighbour[]>();
  for (const each of told) {
    const others = grouped.get(each.index);
    if (others === undefined) grouped.set(each.index, [each]);
    else others.push(each);
  }
  return grouped;
}

const dumped = (socket: NetlinkSocket, requests: readonly NetlinkRequest[]): KernelNeighbour[] =>
  requests.flatMap((request) => socket.dump(request)).map(readNeighbour);

/** What a device of the overlay and its bridge know of destinations. Undefined: nothing. */
export function forwardingIn(device: string, told: readonly KernelNeighbour[]): ObservedForwarding | undefined {
  const entries = new ForwardingEntries();
  for (const { address: tunnelIp, ...entry } of told) entries.add({ ...entry, device, tunnelIp });
  return entries.byDevice.get(device);
}

/** IP address -> MAC address of what a bridge answers for. Undefined: nothing. */
export function neighboursIn(told: readonly KernelNeighbour[]): Map<string, string> | undefined {
  const permanent = told.flatMap(({ address, mac, permanent }) =>
    permanent && address !== undefined ? [[address, mac] as const] : [],
  );
  return permanent.length === 0 ? undefined : new Map(permanent);
}
