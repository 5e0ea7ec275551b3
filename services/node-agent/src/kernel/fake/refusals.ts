import { cidrContains, cidrOf, parseIpAddress } from "@rhumbline/net";
import { namespaceSysctlNames } from "../../desired/namespace-sysctls.ts";
import { filterOf, linksOf } from "../../observed/edit-kernel.ts";
import { grouping } from "../../observed/following.ts";
import type { ObservedKernel, ObservedLink } from "../../observed/observed-kernel.ts";
import { isHelperOperation } from "../../plan/helper-operation.ts";
import type {
  AddMacvlan,
  AddPatch,
  AddVeth,
  ChangeConfinement,
  DropNamespace,
  Operation,
  ReplaceRoute,
  SetLink,
  WriteSysctl,
} from "../../plan/operation.ts";
import { filterRefusal } from "./filter-refusals.ts";
import { helperRefusal } from "./helper-refusals.ts";
import { overlayRefusal } from "./overlay-refusals.ts";
import { tableRefusal } from "./table-refusals.ts";
import { addVlanRefusal, setVlanRefusal } from "./vlan-refusals.ts";

const fileExists = "RTNETLINK answers: File exists";

/** What a real kernel says to an operation that it doesn't do; undefined: it does it. */
export function refusalOf(kernel: ObservedKernel, operation: Operation): string | undefined {
  if (isHelperOperation(operation)) return helperRefusal(kernel, operation);
  const { netns, kind } = operation;
  if (kind !== "add-namespace" && netns !== "" && !kernel.namespaces.has(netns)) {
    return `Cannot open network namespace "${netns}": No such file or directory`;
  }
  switch (operation.kind) {
    case "add-bridge":
      return kernel.links.has(operation.device) ? fileExists : badName(operation.device);
    case "add-vxlan":
    case "set-tunnel-ip":
    case "set-bridge-port":
    case "add-flood-peer":
    case "delete-flood-peer":
    case "set-forwarding":
    case "set-delivery":
    case "delete-forwarding":
    case "set-neighbour":
    case "delete-neighbour":
      return overlayRefusal(kernel, operation);
    case "add-vlan":
      return addVlanRefusal(kernel, operation);
    case "add-namespace":
      return kernel.namespaces.has(netns)
        ? `Cannot create namespace file "/run/netns/${netns}": File exists`
        : undefined;
    case "add-veth":
      return vethRefusal(kernel, operation);
    case "add-patch":
      return patchRefusal(kernel, operation);
    case "add-macvlan":
      return macvlanRefusal(kernel, operation);
    case "set-link":
      return setLinkRefusal(kernel, operation) ?? (netns === "" ? setVlanRefusal(kernel, operation) : undefined);
    case "write-sysctl":
      return sysctlRefusal(kernel, operation);
    case "add-address":
      return addressRefusal(kernel, netns, operation.device, operation.address);
    case "replace-route":
      return routeRefusal(kernel, operation);
    case "change-table":
      return tableRefusal(kernel.namespaces.get(netns), operation);
    case "change-filter":
      return filterRefusal(filterOf(kernel, netns), operation);
    case "delete-flows":
    case "delete-connections":
    case "mark-connections":
      return undefined;
    case "announce":
      return operation.addresses.flatMap((address) => holdsNot(kernel, netns, operation.device, address) ?? [])[0];
    case "delete-address":
      return holdsNot(kernel, netns, operation.device, operation.address);
    case "delete-route":
      return kernel.namespaces.get(netns)?.routes.some((route) => route.destination === operation.destination)
        ? undefined
        : "RTNETLINK answers: No such process";
    case "delete-link":
      return missing(kernel, netns, operation.device);
    case "drop-namespace":
      return dropRefusal(kernel, operation);
    case "change-confinement":
      return confinementRefusal(kernel, operation);
    default:
      return operation satisfies never;
  }
}

function missing(kernel: ObservedKernel, netns: string, device: string): string | undefined {
  return linksOf(kernel, netns).has(device) ? undefined : `Cannot find device "${device}"`;
}

function badName(device: string): string | undefined {
  return device.length > 15 ? `Error: argument "${device}" is wrong: "name" not a valid ifname` : undefined;
}

function vethRefusal(kernel: ObservedKernel, { netns, device, hostEnd }: AddVeth): string | undefined {
  if (kernel.links.has(hostEnd) || linksOf(kernel, netns).has(device)) return fileExists;
  return badName(device) ?? badName(hostEnd);
}

function patchRefusal({ links }: ObservedKernel, { device, peer }: AddPatch): string | undefined {
  return links.has(device) || links.has(peer) ? fileExists : (badName(device) ?? badName(peer));
}

function macvlanRefusal(kernel: ObservedKernel, { netns, device, parent }: AddMacvlan): string | undefined {
  const lower = kernel.links.get(parent);
  if (lower === undefined) return `Cannot find device "${parent}"`;
  if (lower.master !== undefined) return "RTNETLINK answers: Device or resource busy";
  return linksOf(kernel, netns).has(device) ? fileExists : badName(device);
}

const portsOfABridge = 1023;

function setLinkRefusal(kernel: ObservedKernel, { netns, device, mtu, master }: SetLink): string | undefined {
  const links = linksOf(kernel, netns);
  if (!links.has(device)) return `Cannot find device "${device}"`;
  if (mtu !== undefined && mtu < 68) return "Error: mtu less than device minimum.";
  if (master === undefined || master === "") return undefined;
  const bridge = links.get(master);
  if (bridge === undefined) return `Error: argument "${master}" is wrong: Device does not exist`;
  if (bridge.kind !== "bridge") return "RTNETLINK answers: Operation not supported";
  if (links.get(device)?.master === master) return undefined;
  const ports = portsByBridge(links).get(master)?.size ?? 0;
  return ports >= portsOfABridge ? "RTNETLINK answers: Exchange full" : undefined;
}

const portsByBridge = grouping(({ master }: ObservedLink) => (master === undefined ? [] : [master]));

function sysctlRefusal(kernel: ObservedKernel, { netns, name }: WriteSysctl): string | undefined {
  const known =
    netns === ""
      ? kernel.sysctls.has(name)
      : namespaceSysctlNames.includes(name) &&
        (name.startsWith("net.ipv4.") || kernel.sysctls.has("net.ipv6.conf.all.disable_ipv6"));
  return known ? undefined : `sysctl: cannot stat /proc/sys/${name.replaceAll(".", "/")}: No such file or directory`;
}

function addressRefusal(kernel: ObservedKernel, netns: string, device: string, address: string): string | undefined {
  const ipv6Off = kernel.namespaces.get(netns)?.sysctls.get("net.ipv6.conf.all.disable_ipv6") === "1";
  if (address.includes(":") && ipv6Off) return "Error: ipv6: IPv6 is disabled on this device.";
  return missing(kernel, netns, device);
}

function holdsNot(kernel: ObservedKernel, netns: string, device: string, address: string): string | undefined {
  const link = linksOf(kernel, netns).get(device);
  if (link === undefined) return `Cannot find device "${device}"`;
  return link.addresses.includes(address) ? undefined : "RTNETLINK answers: Cannot assign requested address";
}

function routeRefusal(kernel: ObservedKernel, { netns, device, nextHop }: ReplaceRoute): string | undefined {
  const link = linksOf(kernel, netns).get(device);
  if (link === undefined) return `Cannot find device "${device}"`;
  if (!link.up) return "Error: Device for nexthop is not up.";
  return isConnected(link, nextHop) ? undefined : "Error: Nexthop has invalid gateway.";
}

function isConnected({ addresses }: ObservedLink, nextHop: string): boolean {
  return addresses.some((text) => {
    const [address = "", length = ""] = text.split("/");
    return cidrContains(cidrOf(parseIpAddress(address), Number(length)), parseIpAddress(nextHop));
  });
}

function dropRefusal(kernel: ObservedKernel, { hostEnds }: DropNamespace): string | undefined {
  return hostEnds.flatMap((device) => missing(kernel, "", device) ?? [])[0];
}

function confinementRefusal({ confinement }: ObservedKernel, change: ChangeConfinement): string | undefined {
  if (change.table !== "kept") return undefined;
  if (confinement === undefined) return "Error: No such file or directory; did you mean table 'rhumbline-dhcp'?";
  const missing = change.remove.some((element) => !confinement.elements.has(element));
  return missing ? "Error: Could not process rule: No such file or directory" : undefined;
}
