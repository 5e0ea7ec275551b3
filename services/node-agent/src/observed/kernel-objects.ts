import type { KernelChange } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { bridgeSysctlNames } from "../desired/bridge-sysctls.ts";
import { ipv6OffSysctl } from "../desired/ipv6-off.ts";
import { type FilterObject, textOf } from "../security/filter-object.ts";
import { confinementChain, confinementRules, confinementTable, type ObservedConfinement } from "./confinement.ts";
import type { ObservedHelper } from "./observed-helper.ts";
import type { ObservedKernel, ObservedLink, ObservedNamespace } from "./observed-kernel.ts";
import { overlayObjects, vxlanText } from "./overlay-objects.ts";
import { isOwnBridge, isOwnHostEnd, isOwnPatch, isOwnVlan, isOwnVxlan } from "./ownership.ts";
import { remembering, rememberingLast, rememberingPair } from "./remember.ts";

/** Every object of ours, as a change that makes it: namespace, kind and key name it, `value` is its canonical text. */
export const objectsOf = (kernel: ObservedKernel): KernelChange[] => [...partsBy(anew, kernel).values()].flat();

/** Objects by the part of the kernel that they belong to. A part that is what it was is the very same array, so that nobody
 *  has to go through it again. */
export type KernelParts = ReadonlyMap<string, readonly KernelChange[]>;

type KernelPart = readonly [part: string, objects: readonly KernelChange[]];

export const partsOf = remembering((kernel: ObservedKernel): KernelParts => partsBy(remembered, kernel));

/** Those of namespaces alone. */
export const namespacePartsOf = ({ namespaces }: ObservedKernel): KernelParts =>
  new Map([...namespaces.values()].map(remembered.namespace));

/** The objects of each part. */
const anew = {
  links: (links: ObservedKernel["links"], sysctls: ObservedKernel["sysctls"]): readonly KernelPart[] =>
    shared(links, (link) => hostObjects(link, sysctls)).map(([part, ofLinks]) => [part, ofLinks.flat()]),
  entries: (
    forwarding: ObservedKernel["forwarding"],
    neighbours: ObservedKernel["neighbours"],
  ): readonly KernelChange[] => overlayObjects({ forwarding, neighbours }),
  filter: (filter: ObservedKernel["filter"]): readonly KernelChange[] =>
    [...filter.values()].map((each) => filterObject("", each)),
  confinement: confinementObjects,
  helper: helperObjects,
  namespace: (namespace: ObservedNamespace): KernelPart => [`netns ${namespace.name}`, namespaceObjects(namespace)],
};

const linkAsLastTime = rememberingLast<ObservedLink, readonly KernelChange[]>();
const shareAsLastTime = rememberingLast<readonly KernelChange[], readonly KernelChange[]>();

const remembered: typeof anew = {
  links: rememberingPair((links: ObservedKernel["links"], sysctls: ObservedKernel["sysctls"]) => {
    const objects = (link: ObservedLink): readonly KernelChange[] =>
      linkAsLastTime(
        link,
        sysctlsOf(link).map((name) => sysctls.get(name)),
        () => hostObjects(link, sysctls),
      );
    return shared(links, objects).map(
      ([part, [first = [], ...others]]): KernelPart => [
        part,
        shareAsLastTime(first, others, () => [first, ...others].flat()),
      ],
    );
  }),
  entries: rememberingPair(anew.entries),
  filter: remembering(anew.filter),
  confinement: remembering(anew.confinement),
  helper: remembering(anew.helper),
  namespace: remembering(anew.namespace),
};

function partsBy(objects: typeof anew, kernel: ObservedKernel): KernelParts {
  const { links, sysctls, forwarding, neighbours, filter, confinement } = kernel;
  return new Map([
    ...objects.links(links, sysctls),
    ["entries", objects.entries(forwarding, neighbours)],
    ["filter", objects.filter(filter)],
    ["confinement", confinement === undefined ? [] : objects.confinement(confinement)],
    ["helpers", [...kernel.helpers.values()].flatMap(objects.helper)],
    ...[...kernel.namespaces.values()].map(objects.namespace),
  ]);
}

/** A host has thousands of links, and few change: each of so many parts has its share of them. */
const linkShares = 64;

function partOfLink(device: string): string {
  let share = 0;
  for (let at = 0; at < device.length; at += 1) share = (share * 31 + device.charCodeAt(at)) % linkShares;
  return `links ${share}`;
}

/** The objects of each link that is ours or that we bound, by the part that has it. */
function shared(
  links: ObservedKernel["links"],
  objectsOfLink: (link: ObservedLink) => readonly KernelChange[],
): [part: string, ofLinks: (readonly KernelChange[])[]][] {
  const shares = new Map<string, (readonly KernelChange[])[]>();
  for (const link of links.values()) {
    const part = ownPartOf(link);
    if (part === undefined) continue;
    const others = shares.get(part);
    if (others === undefined) shares.set(part, [objectsOfLink(link)]);
    else others.push(objectsOfLink(link));
  }
  return [...shares];
}

const ownPartOf = remembering((link: ObservedLink): string | undefined =>
  hostLinkText(link) === undefined ? undefined : partOfLink(link.name),
);

/** What the sysctls that we report of the host begin with: each is a device's. */
const ofDevices = "net.ipv6.conf.";

/** Which part an object belongs to: what the name of each kind of objects begins with. */
export function partOf({ netns, kind, key }: KernelChange): string {
  switch (kind) {
    case "KERNEL_OBJECT_KIND_PROCESS":
    case "KERNEL_OBJECT_KIND_FILE":
      return "helpers";
    case "KERNEL_OBJECT_KIND_FDB":
    case "KERNEL_OBJECT_KIND_NEIGHBOUR":
      return "entries";
    default:
      if (netns !== "") return `netns ${netns}`;
      if (kind === "KERNEL_OBJECT_KIND_LINK") return partOfLink(key);
      if (kind === "KERNEL_OBJECT_KIND_SYSCTL") return partOfLink(key.slice(ofDevices.length, key.lastIndexOf(".")));
      return key.startsWith(`bridge ${confinementTable} `) ? "confinement" : "filter";
  }
}

/** The changes that lead from one set of objects to the other, those that are gone last; they have an empty value. */
export function differenceOf(before: readonly KernelChange[], after: readonly KernelChange[]): KernelChange[] {
  const valueBefore = new Map(before.map((object) => [identityOf(object), object.value]));
  const standing = new Set(after.map(identityOf));
  return [
    ...after.filter((object) => valueBefore.get(identityOf(object)) !== object.value),
    ...before.filter((object) => !standing.has(identityOf(object))).map((object) => ({ ...object, value: "" })),
  ];
}

export function identityOf({ netns, kind, key }: KernelChange): string {
  return `${netns} ${kind} ${key}`;
}

type ObjectKind = KernelChange["kind"];

const sysctlsOf = remembering((link: ObservedLink): readonly string[] =>
  isOwnBridge(link) ? bridgeSysctlNames(link.name) : [ipv6OffSysctl(link.name)],
);

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
export function filterObject(netns: string, filtered: FilterObject): KernelChange {
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
    ...link.addresses.map((address) => addressObject(netns, link.name, address)),
  ];
}

/** Of a device in a router's namespace. */
export const addressObject = (netns: string, device: string, address: string): KernelChange =>
  object(netns, "KERNEL_OBJECT_KIND_ADDRESS", `${device} ${address}`, address);

function object(netns: string, kind: ObjectKind, key: string, value: string): KernelChange {
  return { netns, kind, key, value };
}
