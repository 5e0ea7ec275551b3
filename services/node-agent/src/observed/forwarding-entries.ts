import type { ObservedDestination, ObservedForwarding } from "./observed-kernel.ts";

/** One entry of a forwarding database, as a kernel tells of it. */
export interface ForwardingEntry {
  readonly device: string;
  readonly mac: string;
  /** Other end of the tunnel. */
  readonly tunnelIp: string | undefined;
  readonly permanent: boolean;
  readonly isStatic: boolean;
  /** Of the device itself, not of the bridge that it is a port of. */
  readonly self: boolean;
}

/** Stands for every destination that is not known. */
const anyMac = "00:00:00:00:00:00";

/** Puts together what devices and their bridges know of a destination. Only what somebody put there counts: the bridge's
 *  permanent entries are the kernel's own, of the device's own address, and what was learned goes by itself. */
export class ForwardingEntries {
  readonly #byDevice = new Map<string, { peers: Set<string>; destinations: Map<string, ObservedDestination> }>();

  get byDevice(): Map<string, ObservedForwarding> {
    return this.#byDevice;
  }

  add({ device, mac, tunnelIp, permanent, isStatic, self }: ForwardingEntry): void {
    const known = this.#byDevice.get(device) ?? { peers: new Set(), destinations: new Map() };
    this.#byDevice.set(device, known);
    const before = known.destinations.get(mac);
    if (self && permanent && tunnelIp !== undefined) {
      if (mac === anyMac) known.peers.add(tunnelIp);
      else known.destinations.set(mac, { tunnelIp, bridged: before?.bridged ?? false });
    } else if (!self && isStatic) {
      known.destinations.set(mac, { tunnelIp: before?.tunnelIp, bridged: true });
    }
  }
}
