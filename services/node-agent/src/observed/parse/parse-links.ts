import { boundPort } from "../bound-mark.ts";
import type { ObservedBridgePort, ObservedLink, ObservedVlan, ObservedVxlan } from "../observed-kernel.ts";
import { isOwnLinkGroup } from "../ownership.ts";
import {
  boolean,
  number,
  optionalNumber,
  optionalRecord,
  optionalRecords,
  optionalText,
  printedRecords,
  text,
  texts,
} from "./json-fields.ts";

/** `ip -j -d link show` or `ip -j -d address show`. `namespaceById`: what `parseNamespaces` read in the same namespace.
 *  @throws Error when the text isn't what iproute2 prints. */
export function parseLinks(json: string, namespaceById: ReadonlyMap<number, string>): Map<string, ObservedLink> {
  const links = printedRecords(json, "ip link").map((entry) => parseLink(entry, namespaceById));
  return new Map(links.map((link) => [link.name, link]));
}

function parseLink(entry: Record<string, unknown>, namespaceById: ReadonlyMap<number, string>): ObservedLink {
  const netnsId = optionalNumber(entry, "link_netnsid");
  const info = optionalRecord(entry, "linkinfo") ?? {};
  const kind = optionalText(info, "info_kind") ?? "";
  const settings = optionalRecord(info, "info_data") ?? {};
  return {
    name: text(entry, "ifname"),
    index: number(entry, "ifindex"),
    kind,
    ours: isOwnLinkGroup(optionalText(entry, "group")),
    mac: optionalText(entry, "address") ?? "",
    mtu: number(entry, "mtu"),
    up: texts(entry, "flags").includes("UP"),
    master: optionalText(entry, "master"),
    tracked: settings["nf_call_iptables"] === 1 && settings["nf_call_ip6tables"] === 1,
    boundTo: boundPort(optionalText(entry, "group"), optionalText(entry, "ifalias")),
    peerNamespace: netnsId === undefined ? undefined : namespaceById.get(netnsId),
    peerIndex: optionalNumber(entry, "link_index"),
    addresses: addressesOf(optionalRecords(entry, "addr_info")),
    ...(kind === "veth" && netnsId === undefined && peerOf(optionalText(entry, "link"))),
    ...(kind === "vxlan" && overlayOf(info)),
    ...(kind === "vlan" && { vlan: vlanOf(settings, optionalText(entry, "link")) }),
  };
}

const peerOf = (peer: string | undefined): Pick<ObservedLink, "peer"> => (peer === undefined ? {} : { peer });

function vlanOf(data: Record<string, unknown>, parent: string | undefined): ObservedVlan {
  return { id: number(data, "id"), protocol: text(data, "protocol"), parent };
}

function overlayOf(info: Record<string, unknown>): Pick<ObservedLink, "vxlan" | "bridgePort"> {
  const vxlan = vxlanOf(optionalRecord(info, "info_data") ?? {});
  if (optionalText(info, "info_slave_kind") !== "bridge") return { vxlan };
  return { vxlan, bridgePort: bridgePortOf(optionalRecord(info, "info_slave_data") ?? {}) };
}

function vxlanOf(data: Record<string, unknown>): ObservedVxlan {
  return {
    // A device that takes its VNI from each packet has none.
    vni: optionalNumber(data, "id") ?? 0,
    tunnelIp: optionalText(data, "local") ?? optionalText(data, "local6") ?? "",
    port: number(data, "port"),
    learning: boolean(data, "learning"),
  };
}

function bridgePortOf(data: Record<string, unknown>): ObservedBridgePort {
  return { learning: boolean(data, "learning"), neighbourSuppression: boolean(data, "neigh_suppress") };
}

/** Link-local addresses are the kernel's own; a device that is going has entries without any address. */
function addressesOf(entries: readonly Record<string, unknown>[]): string[] {
  return entries
    .filter((entry) => optionalText(entry, "scope") === "global" && optionalText(entry, "local") !== undefined)
    .map((entry) => `${text(entry, "local")}/${number(entry, "prefixlen")}`);
}

/** `ip -j netns list`: namespace names, and which of them the ids in links stand for. A namespace that nothing links to has no id. */
export function parseNamespaces(json: string): { names: string[]; nameById: Map<number, string> } {
  const names: string[] = [];
  const nameById = new Map<number, string>();
  for (const entry of printedRecords(json, "ip netns")) {
    const name = text(entry, "name");
    const id = optionalNumber(entry, "id");
    names.push(name);
    if (id !== undefined) nameById.set(id, name);
  }
  return { names, nameById };
}
