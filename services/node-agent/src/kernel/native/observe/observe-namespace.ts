import { readFileSync } from "node:fs";
import type { ObservedNamespace, ObservedRoute } from "../../../observed/observed-kernel.ts";
import { isLeg } from "../../../observed/ownership.ts";
import { inNamespace } from "../namespace/enter-namespace.ts";
import { netfilterSockets } from "../netfilter/netfilter-sockets.ts";
import { NetlinkSocket, netlinkFamily } from "../netlink/netlink-socket.ts";
import { allRoutes, readRoute } from "../route/route-messages.ts";
import { observeFlows } from "./observe-flows.ts";
import { listLinks, observeAddresses, observeLinks } from "./observe-links.ts";
import { observeNamespaceSysctls } from "./observe-sysctls.ts";

/** All of a namespace of ours but its rules. */
export interface NamespaceWithoutRules extends Omit<ObservedNamespace, "tables" | "filter"> {
  /** iptables of old, whose tables are not nftables', has some there. */
  readonly hasOldTables: boolean;
}

/** @throws Error when it can't be entered or read; with errno ENOENT: it is gone. */
export function observeNamespace(name: string): NamespaceWithoutRules {
  const inside = inNamespace(name, () => {
    const routing = new NetlinkSocket(netlinkFamily.route);
    try {
      const links = observeLinks(listLinks(routing), new Map(), observeAddresses(routing));
      const nameByIndex = new Map([...links.values()].map(({ index, name: device }) => [index, device]));
      const ours = [...links].filter(([device, link]) => device === "lo" || isLeg(link));
      return {
        name,
        links: new Map(ours),
        routes: observeRoutes(routing, nameByIndex),
        sysctls: observeNamespaceSysctls(name),
        hasOldTables: hasOldTables(),
      };
    } finally {
      routing.close();
    }
  });
  return { ...inside, flows: netfilterSockets.use(name, observeFlows) };
}

/** A kernel without them has no such file. */
function hasOldTables(): boolean {
  try {
    return readFileSync("/proc/thread-self/net/ip_tables_names", "utf8") !== "";
  } catch {
    return false;
  }
}

function observeRoutes(socket: NetlinkSocket, nameByIndex: ReadonlyMap<number, string>): ObservedRoute[] {
  return socket.dump(allRoutes).flatMap((answer) => {
    const route = readRoute(answer);
    if (route === undefined) return [];
    const { destination, family, nextHop, index } = route;
    return [{ destination, family, nextHop, device: nameByIndex.get(index) ?? "" }];
  });
}
