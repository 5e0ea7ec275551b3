import type { KernelChange } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { bridgeSysctlNames } from "../desired/bridge-sysctls.ts";
import { ipv6OffSysctl } from "../desired/ipv6-off.ts";
import { type FilterObject, textOf } from "../security/filter-object.ts";
import { confinementChain, confinementRules, confinementTable, type ObservedConfinement } from "./confinement.ts";
import type { ObservedHelper } from "./observed-helper.ts";
import type { ObservedKernel, ObservedLink, ObservedNamespace } from "./observed-kernel.ts";
import { overlayObjects, vxlanText } from "./overlay-objects.ts";
import { isOwnBridge, isOwnHostEnd, isOwnPatch, isOwnVlan, isOwnVxlan } from "./ownership.ts";

/** Every object of ours, as a change that makes it: namespace, kind and key name it, `value` is its canonical text. */
export function objectsOf(kernel: ObservedKernel): KernelChange[] {
  const { links, sysctls, filter, confinement, helpers, namespaces } = kernel;
  return [
    ...[...links.values()].flatMap((link) => hostObjects(link, sysctls)),
    ...overlayObjects(kernel),
    ...[...filter.values()].map((each) => filterObject("", each)),
    ...(confinement === undefined ? [] : confinementObjects(confinement)),
    ...[...helpers.values()].flatMap(helperObjects),
    ...[...namespaces.values()].flatMap(namespaceObjects),
  ];
}

export function identityOf({ netns, kind, key }: KernelChange): string {
  return `${netns} ${kind} ${key}`;
}

type ObjectKind = KernelChange["kind"];

const sysctlsOf = (link: ObservedLink): readonly string[] =>
  isOwnBridge(link) ? bridgeSysctlNames(link.name) : [ipv6OffSysctl(link.name)];

function hostObjects(link: ObservedLink, sysctls: ObservedKernel["sysctls"]): KernelChange[] {
  const text = hostLinkText(link);
  if (text === undefined) return [];
  const ofSysctls = sysctlsOf(link).flatMap((name) => {
    const value = sysctls.get(name);
    return value === undefined ? [] : [object("", "KERNEL_OBJECT_KIND_SYSCTL", name, value)];
  });
  return [object("", "KERNEL_OBJECT_KIND_LINK", link.name, text), ...ofSysctls];
}

/** Undefined: the link isn't ours. Of an instance's port only what we set of it is. */
function hostLinkText(link: ObservedLink): string | undefined {
  const state = link.up ? "up" : "down";
  if (isOwnBridge(link))
    return `bridge link/ether ${link.mac} mtu ${link.mtu}${link.tracked ? " tracked" : ""} ${state}`;
  if (isOwnHostEnd(link) || isOwnPatch(link))
    return `veth mtu ${link.mtu}${link.master === undefined ? "" : ` master ${link.master}`} ${state}`;
  if (isOwnVxlan(link)) return vxlanText(link);
  if (isOwnVlan(link)) return `${vlanText(link)}${link.master === undefined ? "" : ` master ${link.master}`} ${state}`;
  if (link.boundTo === undefined) return undefined;
  return `bound to ${link.boundTo}${link.master === undefined ? "" : ` master ${link.master}`} ${state}`;
}

const vlanText = ({ vlan, mtu }: ObservedLink): string =>
  `vlan protocol ${vlan?.protocol ?? ""} id ${vlan?.id ?? 0} on ${vlan?.parent ?? "another namespace"} mtu ${mtu}`;

/** A thing in the packet filter of a namespace; of the host where it has no name. */
function filterObject(netns: string, filtered: FilterObject): KernelChange {
  const { table } = filtered;
  switch (filtered.kind) {
    case "chain":
    case "hook":
      return object(netns, "KERNEL_OBJECT_KIND_CHAIN", `${table} ${filtered.name}`, textOf(filtered));
    case "set":
    case "map":
      return object(netns, "KERNEL_OBJECT_KIND_SET", `${table} ${filtered.name}`, textOf(filtered));
    case "element":
      return object(
        netns,
        "KERNEL_OBJECT_KIND_SET_ELEMENT",
        `${table} ${filtered.set} ${filtered.key}`,
        textOf(filtered),
      );
    default:
      return filtered satisfies never;
  }
}

function namespaceObjects(namespace: ObservedNamespace): readonly KernelChange[] {
  const { name } = namespace;
  return [
    object(name, "KERNEL_OBJECT_KIND_NAMESPACE", name, name),
    ...[...namespace.links.values()].flatMap((link) => legObjects(name, link)),
    ...namespace.routes.map(({ destination, family, nextHop, device }) =>
      object(
        name,
        "KERNEL_OBJECT_KIND_ROUTE",
        family === 6 ? `inet6 ${destination}` : destination,
        `via ${nextHop} dev ${device}`,
      ),
    ),
    ...[...namespace.sysctls].map(([sysctl, value]) => object(name, "KERNEL_OBJECT_KIND_SYSCTL", sysctl, value)),
    ...[...namespace.filter.values()].map((each) => filterObject(name, each)),
    ...[...namespace.tables].flatMap(([table, chains]) =>
      [...chains].map(([chain, rules]) =>
        // Behind its declaration, so that a chain without rules has a value too.
        object(name, "KERNEL_OBJECT_KIND_CHAIN", `${table} ${chain}`, [`:${chain}`, ...rules].join("\n")),
      ),
    ),
  ];
}

function confinementObjects(confinement: ObservedConfinement): readonly KernelChange[] {
  const table = `bridge ${confinementTable}`;
  const rules = confinement.intact ? confinementRules : ["changed by somebody"];
  return [
    object("", "KERNEL_OBJECT_KIND_CHAIN", `${table} ${confinementChain}`, rules.join("\n")),
    ...[...confinement.elements].map((element) =>
      object("", "KERNEL_OBJECT_KIND_SET_ELEMENT", `${table} ${element}`, element.slice(element.indexOf(" ") + 1)),
    ),
  ];
}

/** A process by what it was started with; a file by what it says. */
function helperObjects({ name, process, config, files }: ObservedHelper): readonly KernelChange[] {
  const runs = process === undefined ? [] : [object(process.netns ?? "", "KERNEL_OBJECT_KIND_PROCESS", name, config)];
  return [
    ...runs,
    ...[...files].map(([path, content]) => object("", "KERNEL_OBJECT_KIND_FILE", `${name}/${path}`, content)),
  ];
}

function legObjects(netns: string, link: ObservedLink): KernelChange[] {
  const text = `${link.kind || "loopback"} link/ether ${link.mac} mtu ${link.mtu} ${link.up ? "up" : "down"}`;
  return [
    object(netns, "KERNEL_OBJECT_KIND_LINK", link.name, text),
    ...link.addresses.map((address) => object(netns, "KERNEL_OBJECT_KIND_ADDRESS", `${link.name} ${address}`, address)),
  ];
}

function object(netns: string, kind: ObjectKind, key: string, value: string): KernelChange {
  return { netns, kind, key, value };
}
