import { boundPort } from "../../../observed/bound-mark.ts";
import type { ObservedLink } from "../../../observed/observed-kernel.ts";
import { isOwnLinkGroup } from "../../../observed/ownership.ts";
import type { NetlinkAnswer, NetlinkSocket } from "../netlink/netlink-socket.ts";
import { allAddresses, readAddress } from "../route/address-messages.ts";
import { allLinks, type KernelLink, readLink } from "../route/link-messages.ts";

/** Every link of the socket's namespace, as the kernel tells of it. */
export const listLinks = (socket: NetlinkSocket): NetlinkAnswer[] => socket.dump(allLinks);

/** What the names of other links and of namespaces are for one. */
export interface AroundLink {
  readonly master: string | undefined;
  /** Of what it lies on or of its other end, in the same namespace. */
  readonly parent: string | undefined;
  /** Where that is, if elsewhere. */
  readonly peerNamespace: string | undefined;
}

/** @param nameByIndex of the links of its namespace.
 *  @param namespaceById what the other ends' namespaces are called. */
export function aroundLink(
  { masterIndex, parentIndex, parentNamespaceId }: KernelLink,
  nameByIndex: ReadonlyMap<number, string>,
  namespaceById: ReadonlyMap<number, string>,
): AroundLink {
  const nameOf = (index: number | undefined) => (index === undefined ? undefined : nameByIndex.get(index));
  return {
    master: nameOf(masterIndex),
    parent: parentNamespaceId === undefined ? nameOf(parentIndex) : undefined,
    peerNamespace: parentNamespaceId === undefined ? undefined : namespaceById.get(parentNamespaceId),
  };
}

export function observedLink(
  { group, alias, masterIndex: _, parentIndex, parentNamespaceId, vlan, carries: __, ...link }: KernelLink,
  { master, parent, peerNamespace }: AroundLink,
  addresses: readonly string[],
): ObservedLink {
  return {
    ...link,
    ...(vlan && { vlan: { ...vlan, parent } }),
    ...(link.kind === "veth" && parent !== undefined && { peer: parent }),
    ours: isOwnLinkGroup(String(group)),
    boundTo: boundPort(String(group), alias),
    master,
    peerNamespace,
    // What lies in the same namespace is known by its name, where it matters.
    peerIndex: parentNamespaceId === undefined ? undefined : parentIndex,
    addresses,
  };
}

/** Links by name of the namespace that the socket is in; where their other ends are is not asked. */
export function observeLinks(socket: NetlinkSocket): Map<string, ObservedLink> {
  const links = listLinks(socket).map(readLink);
  const nameByIndex = new Map(links.map(({ index, name }) => [index, name]));
  const addressesByIndex = observeAddresses(socket);
  return new Map(
    links.map((link) => {
      const around = aroundLink(link, nameByIndex, new Map());
      return [link.name, observedLink(link, around, addressesByIndex.get(link.index) ?? [])];
    }),
  );
}

/** Addresses of global scope, by the index of their link. */
export function observeAddresses(socket: NetlinkSocket): Map<number, string[]> {
  const byIndex = new Map<number, string[]>();
  for (const answer of socket.dump(allAddresses)) {
    const found = readAddress(answer);
    if (found === undefined) continue;
    const others = byIndex.get(found.index);
    if (others === undefined) byIndex.set(found.index, [found.address]);
    else others.push(found.address);
  }
  return byIndex;
}
