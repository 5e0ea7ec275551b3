import { ipv6OffSysctl } from "../../desired/ipv6-off.ts";
import { editLink, editLinks, editNamespace, linksOf, without } from "../../observed/edit-kernel.ts";
import type { ObservedKernel, ObservedLink } from "../../observed/observed-kernel.ts";
import type { AddBridge, AddMacvlan, AddVeth, DeleteLink, SetLink } from "../operation.ts";

export function afterAddBridge(before: ObservedKernel, { device }: AddBridge): ObservedKernel {
  return withHostDevice(before, newLink(before, "", device, { kind: "bridge", ours: true }));
}

/** A new device takes its sysctls from the namespace's defaults. */
function withHostDevice(before: ObservedKernel, link: ObservedLink): ObservedKernel {
  const sysctls = without(before.sysctls, [ipv6OffSysctl(link.name)]);
  const inherited = before.sysctls.get(ipv6OffSysctl("default"));
  if (inherited !== undefined) sysctls.set(ipv6OffSysctl(link.name), inherited);
  return { ...before, sysctls, links: new Map(before.links).set(link.name, link) };
}

export function afterAddVeth(before: ObservedKernel, { netns, device, hostEnd, mac, mtu }: AddVeth): ObservedKernel {
  const hostIndex = nextIndex(before, "");
  const leg = newLink(before, netns, device, { kind: "veth", mac, mtu, peerIndex: hostIndex });
  const outer = { kind: "veth", mtu, ours: true, peerNamespace: netns, peerIndex: leg.index };
  return editLinks(withHostDevice(before, newLink(before, "", hostEnd, outer)), netns, (links) =>
    links.set(device, leg),
  );
}

export function afterAddMacvlan(
  before: ObservedKernel,
  { netns, device, parent, mac, mtu }: AddMacvlan,
): ObservedKernel {
  const peerIndex = before.links.get(parent)?.index;
  const leg = newLink(before, netns, device, { kind: "macvlan", mac, mtu, peerIndex });
  return editLinks(before, netns, (links) => links.set(device, leg));
}

export function afterSetLink(before: ObservedKernel, operation: SetLink): ObservedKernel {
  const { netns, device, mtu, mac, master, up, tracked } = operation;
  const changed = editLink(before, netns, device, (link) => ({
    ...link,
    mtu: mtu ?? link.mtu,
    mac: mac ?? link.mac,
    up: up ?? link.up,
    tracked: tracked ?? link.tracked,
    master: master === undefined ? link.master : master || undefined,
  }));
  return up === false ? withoutRoutesOf(changed, netns, device) : changed;
}

export function afterDeleteLink(before: ObservedKernel, { netns, device }: DeleteLink): ObservedKernel {
  const link = linksOf(before, netns).get(device);
  if (link === undefined) return before;
  const gone = withoutRoutesOf(
    editLinks(before, netns, (links) => links.delete(device)),
    netns,
    device,
  );
  return netns === "" ? withoutHostLink(gone, link) : withoutHostEnd(gone, netns, link);
}

/** A bridge lets its ports go; sysctls go with their device. */
function withoutHostLink(kernel: ObservedKernel, gone: ObservedLink): ObservedKernel {
  return editLinks(kernel, "", (links) => {
    for (const [name, link] of links) if (link.master === gone.name) links.set(name, { ...link, master: undefined });
  });
}

function withoutHostEnd(kernel: ObservedKernel, netns: string, gone: ObservedLink): ObservedKernel {
  if (gone.kind !== "veth") return kernel;
  const ends = [...kernel.links.values()].filter(
    (link) => link.peerNamespace === netns && link.peerIndex === gone.index && link.kind === "veth",
  );
  return {
    ...kernel,
    links: without(
      kernel.links,
      ends.map((end) => end.name),
    ),
  };
}

function withoutRoutesOf(kernel: ObservedKernel, netns: string, device: string): ObservedKernel {
  return editNamespace(kernel, netns, (namespace) => ({
    ...namespace,
    routes: namespace.routes.filter((route) => route.device !== device),
  }));
}

function newLink(kernel: ObservedKernel, netns: string, name: string, of: Partial<ObservedLink>): ObservedLink {
  const made = { index: nextIndex(kernel, netns), kind: "", ours: false, mac: "", mtu: 1500, up: false };
  const alone = { master: undefined, tracked: false, peerNamespace: undefined, peerIndex: undefined, addresses: [] };
  return { ...made, ...alone, ...of, name };
}

function nextIndex(kernel: ObservedKernel, netns: string): number {
  return Math.max(0, ...[...linksOf(kernel, netns).values()].map((link) => link.index)) + 1;
}
