import { isOwnNamespace } from "../../../desired/device-names.ts";
import type { ObservedForwarding, ObservedLink } from "../../../observed/observed-kernel.ts";
import { isOwnBridge, isOwnVxlan } from "../../../observed/ownership.ts";
import { sameInOrder } from "../../../observed/remember.ts";
import { NamespaceIds } from "../namespace/namespace-ids.ts";
import { keepSysctlsOf } from "../namespace/sysctl-folders.ts";
import { NetlinkSocket, netlinkFamily } from "../netlink/netlink-socket.ts";
import { forwardingIn, neighboursIn, readAllDevices, readEachDevice } from "../observe/observe-overlay.ts";
import { observeSharedSysctls } from "../observe/observe-sysctls.ts";
import { DeviceEntries } from "./device-entries.ts";
import { type HostDevice, HostLinks } from "./host-links.ts";
import type { ObservedHost } from "./observed-host.ts";

/** The host's own namespace as it was looked at last. Who hears of changes says which, and the next look reads those alone.
 *  It sits in the namespace that its thread is in when it is made. */
export class KnownHost {
  readonly #socket = new NetlinkSocket(netlinkFamily.route);
  readonly #namespaces = new NamespaceIds();
  readonly #links = new HostLinks();
  readonly #changedLinks = new Set<number>();
  readonly #changedEntries = new Set<number>();
  readonly #forwarding = new DeviceEntries<ObservedForwarding>();
  readonly #neighbours = new DeviceEntries<ReadonlyMap<string, string>>();
  /** Of every device, as they were read with everything else: what becomes of them is heard, and then everything is read
   *  again. And how often one device's had been found otherwise by the last look. */
  #shared: ReadonlyMap<string, string> = new Map();
  #areSharedOtherwise = false;
  #timesWritten = 0;
  #own: Own = { bridges: [], vxlans: [] };
  #anythingChanged = true;
  #known: ObservedHost = nothing;

  /** A link came, went, or is otherwise. */
  linkChanged(index: number): void {
    this.#changedLinks.add(index);
  }

  /** What a device of the overlay forwards, or the neighbours of a bridge. */
  entriesChanged(index: number): void {
    this.#changedEntries.add(index);
  }

  /** The kernel forgot a namespace's id with it. */
  namespaceGone(id: number): void {
    this.#namespaces.toldGone(id);
  }

  /** What was not said to have changed may have. */
  anythingChanged(): void {
    this.#anythingChanged = true;
  }

  /** @returns what is as it was at the last look as the very same values.
   *  @throws Error when the kernel can't be read. */
  look(): ObservedHost {
    const before = this.#known;
    const isAnew = this.#anythingChanged;
    // Until this look has ended.
    this.#anythingChanged = true;
    if (isAnew) this.#readAll();
    else this.#links.readAgain(this.#socket, this.#changedLinks);
    // After them: a namespace has an id once a link that leads into it was read.
    if (this.#namespaces.look(this.#socket)) keepSysctlsOf(this.#namespaces.names);
    const links = kept(before.links, this.#links.observed(this.#namespaces.nameById));
    if (links !== before.links) this.#own = ownAmong(links);
    const ownNamespaces = this.#namespaces.names.filter(isOwnNamespace).sort();
    const { forwarding, neighbours } = this.#overlay(isAnew);
    this.#known = {
      links,
      sysctls: this.#sysctls(before.sysctls),
      forwarding: kept(before.forwarding, forwarding),
      neighbours: kept(before.neighbours, neighbours),
      ownNamespaces: sameInOrder(before.ownNamespaces, ownNamespaces) ? before.ownNamespaces : ownNamespaces,
    };
    this.#changedLinks.clear();
    this.#changedEntries.clear();
    this.#anythingChanged = false;
    return this.#known;
  }

  /** Those that there were at the last look. */
  devices(): Iterable<HostDevice> {
    return this.#links.devices();
  }

  close(): void {
    this.#socket.close();
    this.#namespaces.close();
  }

  #readAll(): void {
    this.#links.readAll(this.#socket);
    const shared = kept(this.#shared, observeSharedSysctls());
    this.#areSharedOtherwise ||= shared !== this.#shared;
    this.#shared = shared;
  }

  #sysctls(before: ObservedHost["sysctls"]): ObservedHost["sysctls"] {
    const { timesWritten } = this.#links;
    if (!this.#areSharedOtherwise && timesWritten === this.#timesWritten) return before;
    this.#areSharedOtherwise = false;
    this.#timesWritten = timesWritten;
    return kept(before, new Map([...this.#shared, ...this.#links.sysctls()]));
  }

  #overlay(isAnew: boolean): Pick<ObservedHost, "forwarding" | "neighbours"> {
    const { bridges, vxlans } = this.#own;
    // Entries go with their device, some of them without a word.
    const isStale = (index: number): boolean =>
      isAnew || this.#changedLinks.has(index) || this.#changedEntries.has(index);
    const areMany = bridges.length > mostAskedOneByOne;
    const reader = isAnew && areMany ? readAllDevices(this.#socket) : readEachDevice(this.#socket);
    const readForwarding = ({ name, index }: ObservedLink) => forwardingIn(name, reader.forwarding(index));
    const readNeighbours = ({ index }: ObservedLink) => neighboursIn(reader.neighbours(index));
    return {
      forwarding: this.#forwarding.look(vxlans, isStale, readForwarding),
      neighbours: this.#neighbours.look(bridges, isStale, readNeighbours),
    };
  }
}

/** Of all devices at once the kernel tells what each port of the operator's bridges has too, some entries a router. */
const mostAskedOneByOne = 16;

const nothing: ObservedHost = {
  links: new Map(),
  sysctls: new Map(),
  forwarding: new Map(),
  neighbours: new Map(),
  ownNamespaces: [],
};

/** Those of the overlay. */
interface Own {
  readonly bridges: readonly ObservedLink[];
  readonly vxlans: readonly ObservedLink[];
}

function ownAmong(links: ObservedHost["links"]): Own {
  const all = [...links.values()];
  return { bridges: all.filter(isOwnBridge), vxlans: all.filter(isOwnVxlan) };
}

function kept<V>(before: ReadonlyMap<string, V>, now: ReadonlyMap<string, V>): ReadonlyMap<string, V> {
  if (before === now || before.size !== now.size) return now;
  for (const [key, value] of now) if (before.get(key) !== value) return now;
  return before;
}
