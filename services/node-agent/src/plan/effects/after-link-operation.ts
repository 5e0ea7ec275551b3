import { editLink, editNamespace, linksOf, withLink, withoutLinks } from "../../observed/edit-kernel.ts";
import type { ObservedKernel, ObservedLink } from "../../observed/observed-kernel.ts";
import { vlanProtocol } from "../../observed/ownership.ts";
import type { AddBridge, AddMacvlan, AddPatch, AddVeth, AddVlan, DeleteLink, SetLink } from "../operation.ts";
import { asNewBridgePort, withoutForwardingOf, withoutNeighbours } from "./after-overlay-operation.ts";
import { newLink, nextIndex, withHostDevice } from "./new-link.ts";

export function afterAddBridge(before: ObservedKernel, { device, mac }: AddBridge): ObservedKernel {
  return withHostDevice(before, newLink(before, "", device, { kind: "bridge", ours: true, mac }));
}

export function afterAddVeth(before: ObservedKernel, { netns, device, hostEnd, mac, mtu }: AddVeth): ObservedKernel {
  const hostIndex = nextIndex(before, "");
  const leg = newLink(before, netns, device, { kind: "veth", mac, mtu, peerIndex: hostIndex });
  const outer = { kind: "veth", mtu, ours: true, peerNamespace: netns, peerIndex: leg.index };
  return withLink(withHostDevice(before, newLink(before, "", hostEnd, outer)), netns, leg);
}

export function afterAddMacvlan(
  before: ObservedKernel,
  { netns, device, parent, mac, mtu }: AddMacvlan,
): ObservedKernel {
  const peerIndex = before.links.get(parent)?.index;
  const leg = newLink(before, netns, device, { kind: "macvlan", mac, mtu, peerIndex });
  return withLink(before, netns, leg);
}

export function afterAddVlan(before: ObservedKernel, { device, parent, vlanId: id, mtu }: AddVlan): ObservedKernel {
  const vlan = { id, protocol: vlanProtocol, parent };
  return withHostDevice(before, newLink(before, "", device, { kind: "vlan", ours: true, mtu, vlan }));
}

export function afterAddPatch(before: ObservedKernel, { device, peer, mac, mtu }: AddPatch): ObservedKernel {
  const end = { kind: "veth", mtu, ours: true };
  const outer = withHostDevice(before, newLink(before, "", peer, { ...end, mac, peer: device }));
  return withHostDevice(outer, newLink(outer, "", device, { ...end, peer }));
}

export function afterSetLink(before: ObservedKernel, operation: SetLink): ObservedKernel {
  const { netns, device, mtu, mac, boundTo, master, up, tracked } = operation;
  const changed = editLink(before, netns, device, (link) => ({
    ...link,
    mtu: mtu ?? link.mtu,
    mac: mac ?? link.mac,
    boundTo: boundTo === undefined ? link.boundTo : boundTo || undefined,
    up: up ?? link.up,
    tracked: tracked ?? link.tracked,
    master: master === undefined ? link.master : master || undefined,
  }));
  const moved = master === undefined || netns !== "" ? changed : asNewBridgePort(changed, device, master !== "");
  if (netns === "" && mac !== undefined) return withoutNeighbours(moved, device, () => true);
  if (up !== false) return moved;
  return netns === "" ? withoutNeighbours(moved, device, () => true) : withoutRoutesOf(moved, netns, device);
}

export function afterDeleteLink(before: ObservedKernel, { netns, device }: DeleteLink): ObservedKernel {
  const link = linksOf(before, netns).get(device);
  if (link === undefined) return before;
  const gone = withoutRoutesOf(withoutLinks(before, netns, [device]), netns, device);
  return netns === "" ? withoutHostLink(gone, link) : withoutHostEnd(gone, netns, link);
}

/** A bridge lets its ports go, one end of a pair takes the other along; sysctls go with their device. */
function withoutHostLink(kernel: ObservedKernel, gone: ObservedLink): ObservedKernel {
  const ports = [...kernel.links.values()].filter((link) => link.master === gone.name);
  const free = ports.reduce((rest, port) => asNewBridgePort(rest, port.name, false), kernel);
  const alone = withoutLinks(withoutForwardingOf(free, gone.name), "", gone.peer === undefined ? [] : [gone.peer]);
  return ports.reduce((rest, { name }) => editLink(rest, "", name, (link) => ({ ...link, master: undefined })), alone);
}

function withoutHostEnd(kernel: ObservedKernel, netns: string, gone: ObservedLink): ObservedKernel {
  if (gone.kind !== "veth") return kernel;
  const ends = [...kernel.links.values()].filter(
    (link) => link.peerNamespace === netns && link.peerIndex === gone.index && link.kind === "veth",
  );
  return withoutLinks(
    kernel,
    "",
    ends.map((end) => end.name),
  );
}

function withoutRoutesOf(kernel: ObservedKernel, netns: string, device: string): ObservedKernel {
  return editNamespace(kernel, netns, (namespace) => ({
    ...namespace,
    routes: namespace.routes.filter((route) => route.device !== device),
  }));
}
