import { isOwnNamespace } from "../../../desired/device-names.ts";
import type { ObservedKernel } from "../../../observed/observed-kernel.ts";
import { namespaceId, namespaceNames } from "../namespace/namespaces.ts";
import { keepSysctlsOf } from "../namespace/sysctl-folders.ts";
import { NetlinkSocket, netlinkFamily } from "../netlink/netlink-socket.ts";
import { listLinks, observeLinks } from "./observe-links.ts";
import { observeOverlay } from "./observe-overlay.ts";
import { observeHostSysctls } from "./observe-sysctls.ts";

export interface ObservedHost {
  readonly kernel: Pick<ObservedKernel, "links" | "sysctls" | "forwarding" | "neighbours">;
  readonly ownNamespaces: readonly string[];
}

/** The host's own namespace, and which of ours there are. */
export function observeHost(): ObservedHost {
  const socket = new NetlinkSocket(netlinkFamily.route);
  try {
    const names = namespaceNames();
    const namespaceById = new Map<number, string>();
    for (const name of names) {
      const id = idOf(socket, name);
      if (id !== undefined) namespaceById.set(id, name);
    }
    keepSysctlsOf(names);
    const told = listLinks(socket);
    const links = observeLinks(told, namespaceById, new Map());
    return {
      kernel: {
        links,
        sysctls: observeHostSysctls(told),
        ...observeOverlay(socket, links),
      },
      ownNamespaces: names.filter(isOwnNamespace).sort(),
    };
  } finally {
    socket.close();
  }
}

/** A name without a namespace, or one that went meanwhile, has no id. */
function idOf(socket: NetlinkSocket, name: string): number | undefined {
  try {
    return namespaceId(socket, name);
  } catch {
    return undefined;
  }
}
