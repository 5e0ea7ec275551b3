import { readFileSync } from "node:fs";
import type { ObservedNamespace, ObservedRoute } from "../../../observed/observed-kernel.ts";
import { isLeg } from "../../../observed/ownership.ts";
import { ownFilterTable } from "../../../security/filter-object.ts";
import { listOwnTable, type UnreadRules, unreadableFilter } from "../../observe-filter.ts";
import type { Part } from "../../places.ts";
import { inNamespace } from "../namespace/enter-namespace.ts";
import { hasLibnftables, runLibnftables } from "../netfilter/libnftables.ts";
import { netfilterSockets } from "../netfilter/netfilter-sockets.ts";
import { listIpv4Tables } from "../netfilter/nftables-messages.ts";
import { NetlinkSocket, netlinkFamily } from "../netlink/netlink-socket.ts";
import { allRoutes, readRoute } from "../route/route-messages.ts";
import { observeLinks } from "./observe-links.ts";
import { observeNamespaceSysctls } from "./observe-sysctls.ts";

/** Of a namespace of ours what was asked for but connections; its rules are for others to make out. */
export interface ReadNamespace extends Partial<Pick<ObservedNamespace, "links" | "routes" | "sysctls">> {
  readonly rules?: UnreadRules;
}

/** @throws Error when it can't be entered or read; with errno ENOENT: it is gone. */
export function observeNamespace(name: string, parts: ReadonlySet<Part>): ReadNamespace {
  const inside = inNamespace(name, () => ({
    ...(parts.has("devices") && observeDevices(name)),
    hasOldTables: parts.has("rules") && hasOldTables(),
  }));
  const { hasOldTables: isOld, ...devices } = inside;
  return {
    ...devices,
    ...(parts.has("rules") && { rules: observeTables(name, isOld) }),
  };
}

function observeTables(netns: string, hasOldTables: boolean): UnreadRules {
  const tables = netfilterSockets.use(netns, listIpv4Tables);
  const isOurs = tables.includes(ownFilterTable);
  return { hasOldTables, tables, own: isOurs && hasLibnftables() ? listedOf(netns) : undefined };
}

/** @throws Error in nft's words. */
function listedOf(netns: string): string {
  const { printed, refusal } = runLibnftables({ netns, commands: listOwnTable, print: "text" });
  if (refusal !== undefined) throw unreadableFilter(netns, refusal);
  return printed;
}

/** Of the namespace that the thread is in. */
function observeDevices(name: string): Pick<ObservedNamespace, "links" | "routes" | "sysctls"> {
  const routing = new NetlinkSocket(netlinkFamily.route);
  try {
    const links = observeLinks(routing);
    const nameByIndex = new Map([...links.values()].map(({ index, name: device }) => [index, device]));
    const ours = [...links].filter(([device, link]) => device === "lo" || isLeg(link));
    return {
      links: new Map(ours),
      routes: observeRoutes(routing, nameByIndex),
      sysctls: observeNamespaceSysctls(name),
    };
  } finally {
    routing.close();
  }
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
