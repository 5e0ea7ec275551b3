import { boundPort } from "../../../observed/bound-mark.ts";
import type { ObservedLink } from "../../../observed/observed-kernel.ts";
import { isOwnLinkGroup } from "../../../observed/ownership.ts";
import type { NetlinkAnswer, NetlinkSocket } from "../netlink/netlink-socket.ts";
import { allAddresses, readAddress } from "../route/address-messages.ts";
import { linkRequest, RTM_GETLINK, readLink } from "../route/link-messages.ts";

/** Every link of the socket's namespace, as the kernel tells of it. */
export const listLinks = (socket: NetlinkSocket): NetlinkAnswer[] => socket.dump(linkRequest(RTM_GETLINK, 0, {}, []));

/** Links of a namespace by name.
 *  @param told see listLinks.
 *  @param namespaceById what the other ends' namespaces are called.
 *  @param addressesByIndex see observeAddresses; where nobody asks for addresses, none. */
export function observeLinks(
  told: readonly NetlinkAnswer[],
  namespaceById: ReadonlyMap<number, string>,
  addressesByIndex: ReadonlyMap<number, readonly string[]>,
): Map<string, ObservedLink> {
  const links = told.map(readLink);
  const nameByIndex = new Map(links.map(({ index, name }) => [index, name]));
  const nameOf = (index: number | undefined) => (index === undefined ? undefined : nameByIndex.get(index));
  const peerOf = (kind: string, index: number | undefined): { peer?: string } => {
    const peer = kind === "veth" ? nameOf(index) : undefined;
    return peer === undefined ? {} : { peer };
  };
  return new Map(
    links.map(({ group, alias, masterIndex, parentIndex, parentNamespaceId, vlan, carries: _, ...link }) => [
      link.name,
      {
        ...link,
        ...(vlan && { vlan: { ...vlan, parent: parentNamespaceId === undefined ? nameOf(parentIndex) : undefined } }),
        ...(parentNamespaceId === undefined && peerOf(link.kind, parentIndex)),
        ours: isOwnLinkGroup(String(group)),
        boundTo: boundPort(String(group), alias),
        master: nameOf(masterIndex),
        peerNamespace: parentNamespaceId === undefined ? undefined : namespaceById.get(parentNamespaceId),
        // What lies in the same namespace is known by its name, where it matters.
        peerIndex: parentNamespaceId === undefined ? undefined : parentIndex,
        addresses: addressesByIndex.get(link.index) ?? [],
      },
    ]),
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
