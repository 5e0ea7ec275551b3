import { ForwardingEntries } from "../../../observed/forwarding-entries.ts";
import type { ObservedKernel, ObservedLink } from "../../../observed/observed-kernel.ts";
import { isOwnBridge, isOwnVxlan } from "../../../observed/ownership.ts";
import type { NetlinkSocket } from "../netlink/netlink-socket.ts";
import { allForwarding, allNeighbours, readNeighbour } from "../route/neighbour-messages.ts";

/** What our bridges and devices of the overlay know. */
export function observeOverlay(
  socket: NetlinkSocket,
  links: ReadonlyMap<string, ObservedLink>,
): Pick<ObservedKernel, "forwarding" | "neighbours"> {
  const devices = new Map([...links.values()].filter(isOwnVxlan).map(({ index, name }) => [index, name]));
  const bridges = new Map([...links.values()].filter(isOwnBridge).map(({ index, name }) => [index, name]));
  const entries = new ForwardingEntries();
  for (const answer of devices.size === 0 ? [] : socket.dump(allForwarding)) {
    const { index, mac, address: tunnelIp, permanent, isStatic, self } = readNeighbour(answer);
    const device = devices.get(index);
    if (device !== undefined) entries.add({ device, mac, tunnelIp, permanent, isStatic, self });
  }
  const neighbours = new Map<string, Map<string, string>>();
  for (const answer of bridges.size === 0
    ? []
    : [4, 6].flatMap((version) => socket.dump(allNeighbours(version as 4 | 6)))) {
    const { index, mac, address, permanent } = readNeighbour(answer);
    const bridge = bridges.get(index);
    if (bridge === undefined || address === undefined || !permanent) continue;
    const known = neighbours.get(bridge) ?? new Map<string, string>();
    neighbours.set(bridge, known.set(address, mac));
  }
  return { forwarding: entries.byDevice, neighbours };
}
