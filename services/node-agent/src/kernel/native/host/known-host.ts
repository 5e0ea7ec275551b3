import { isDeepStrictEqual } from "node:util";
import { isOwnNamespace } from "../../../desired/device-names.ts";
import { ipv6OffSysctl } from "../../../desired/ipv6-off.ts";
import { isOwnBridge, isOwnVxlan } from "../../../observed/ownership.ts";
import { sameInOrder } from "../../../observed/remember.ts";
import { NamespaceIds } from "../namespace/namespace-ids.ts";
import { keepSysctlsOf } from "../namespace/sysctl-folders.ts";
import { NetlinkSocket, netlinkFamily } from "../netlink/netlink-socket.ts";
import { observeOverlay } from "../observe/observe-overlay.ts";
import { observeSharedSysctls } from "../observe/observe-sysctls.ts";
import { HostLinks } from "./host-links.ts";
import type { ObservedHost } from "./observed-host.ts";

/** The host's own namespace as it was looked at last. Who hears of changes says which, and the next look reads those alone.
 *  It sits in the namespace that its thread is in when it is made. */
export class KnownHost {
  readonly #socket = new NetlinkSocket(netlinkFamily.route);
  readonly #namespaces = new NamespaceIds();
  readonly #links = new HostLinks();
  readonly #changedLinks = new Set<number>();
  #entriesChanged = true;
  /** What entries go with. */
  #overlay: readonly unknown[] = [];
  #anythingChanged = true;
  #known: ObservedHost = nothing;

  /** A link came, went, or is otherwise. */
  linkChanged(index: number): void {
    this.#changedLinks.add(index);
  }

  /** What is forwarded by devices of the overlay and their bridges, or a neighbour. */
  entriesChanged(): void {
    this.#entriesChanged = true;
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
    if (isAnew) this.#links.readAll(this.#socket);
    else this.#links.readAgain(this.#socket, this.#changedLinks);
    this.#changedLinks.clear();
    // After them: a namespace has an id once a link that leads into it was read.
    if (this.#namespaces.look(this.#socket)) keepSysctlsOf(this.#namespaces.names);
    const links = this.#links.observed(this.#namespaces.nameById);
    const sysctls = new Map([...observeSharedSysctls(), ...this.#links.sysctls]);
    const ownNamespaces = this.#namespaces.names.filter(isOwnNamespace).sort();
    this.#known = {
      links: sameEntries(before.links, links) ? before.links : links,
      sysctls: sameEntries(before.sysctls, sysctls) ? before.sysctls : sysctls,
      ...this.#entries(isAnew, links, sysctls),
      ownNamespaces: sameInOrder(before.ownNamespaces, ownNamespaces) ? before.ownNamespaces : ownNamespaces,
    };
    this.#anythingChanged = false;
    return this.#known;
  }

  close(): void {
    this.#socket.close();
  }

  #entries(
    isAnew: boolean,
    links: ObservedHost["links"],
    sysctls: ObservedHost["sysctls"],
  ): Pick<ObservedHost, "forwarding" | "neighbours"> {
    const overlay = [...links.values()]
      .filter((link) => isOwnVxlan(link) || isOwnBridge(link))
      .flatMap((link) => [link, sysctls.get(ipv6OffSysctl(link.name))]);
    const before = this.#known;
    if (!isAnew && !this.#entriesChanged && sameInOrder(this.#overlay, overlay))
      return { forwarding: before.forwarding, neighbours: before.neighbours };
    const { forwarding, neighbours } = observeOverlay(this.#socket, links);
    this.#entriesChanged = false;
    this.#overlay = overlay;
    return {
      forwarding: isDeepStrictEqual(before.forwarding, forwarding) ? before.forwarding : forwarding,
      neighbours: isDeepStrictEqual(before.neighbours, neighbours) ? before.neighbours : neighbours,
    };
  }
}

const nothing: ObservedHost = {
  links: new Map(),
  sysctls: new Map(),
  forwarding: new Map(),
  neighbours: new Map(),
  ownNamespaces: [],
};

const sameEntries = <V>(one: ReadonlyMap<string, V>, other: ReadonlyMap<string, V>): boolean =>
  one.size === other.size && [...one].every(([key, value]) => other.get(key) === value);
