import { deviceOfSysctl } from "../desired/ipv6-off.ts";
import type { ResourceKey } from "../desired/resource-key.ts";
import { changedKeys } from "../observed/changed-keys.ts";
import type { ObservedKernel, ObservedLink } from "../observed/observed-kernel.ts";
import { isOwnBridge } from "../observed/ownership.ts";
import { sameInOrder } from "../observed/remember.ts";
import { ownerOf } from "../security/device-of.ts";
import { type FilterObject, identityOf } from "../security/filter-object.ts";
import type { Operation } from "./operation.ts";

/** Something of a host that plans look at: what it is, and its name. */
export type Sight = `${"device" | "carrier" | "namespace" | "helper" | "filter" | "elements"} ${string}`;

/** A device of the host's own namespace with its sysctls, and what it knows of destinations and neighbours. */
export const deviceSight = (name: string): Sight => `device ${name}`;

/** A device of the operator's, as far as it matters to those that lie on it. */
export const carrierSight = (name: string): Sight => `carrier ${name}`;

export const namespaceSight = (name: string): Sight => `namespace ${name}`;
export const helperSight = (name: string): Sight => `helper ${name}`;

/** An object of the host's packet filter. */
export const filterSight = (identity: string): Sight => `filter ${identity}`;

/** Which elements are those of a device's, or of a set. */
export const elementsSight = (owner: string): Sight => `elements ${owner}`;

/** What two looks at one host saw otherwise. */
export function touchedBetween(before: ObservedKernel, now: ObservedKernel): ReadonlySet<Sight> {
  const sights: Sight[] = [];
  for (const name of changedKeys(before.links, now.links))
    sights.push(...sightsOfLink(name, before.links.get(name), now.links.get(name)));
  for (const name of changedKeys(before.sysctls, now.sysctls)) {
    const device = deviceOfSysctl(name);
    if (device !== undefined) sights.push(deviceSight(device));
  }
  sights.push(...changedKeys(before.forwarding, now.forwarding).map(deviceSight));
  sights.push(...changedKeys(before.neighbours, now.neighbours).map(deviceSight));
  sights.push(...changedKeys(before.namespaces, now.namespaces).map(namespaceSight));
  sights.push(...changedKeys(before.helpers, now.helpers).map(helperSight));
  for (const identity of changedKeys(before.filter, now.filter))
    sights.push(...sightsOfObject(before.filter.get(identity) ?? now.filter.get(identity)));
  return new Set(sights);
}

/** By its settings: links may be read anew with each change of any. */
function sightsOfLink(name: string, before: ObservedLink | undefined, now: ObservedLink | undefined): Sight[] {
  if (before === undefined || now === undefined) return [deviceSight(name), carrierSight(name)];
  if (sameInOrder(settingsOf(before), settingsOf(now))) return [];
  const isSameCarrier = sameInOrder(settingsOfCarrier(before), settingsOfCarrier(now));
  return isSameCarrier ? [deviceSight(name)] : [deviceSight(name), carrierSight(name)];
}

function settingsOf(link: ObservedLink): readonly unknown[] {
  const { index, kind, ours, mac, mtu, up, master, tracked, boundTo, peerNamespace, peerIndex, peer } = link;
  const { vlan, vxlan, bridgePort } = link;
  return [
    ...[index, kind, ours, mac, mtu, up, master, tracked, boundTo, peerNamespace, peerIndex, peer],
    ...[vlan?.id, vlan?.protocol, vlan?.parent],
    ...[vxlan?.vni, vxlan?.tunnelIp, vxlan?.port, vxlan?.learning],
    ...[bridgePort?.learning, bridgePort?.neighbourSuppression],
  ];
}

const settingsOfCarrier = (link: ObservedLink): readonly unknown[] => [link.index, link.mtu, isOwnBridge(link)];

function sightsOfObject(object: FilterObject | undefined): Sight[] {
  if (object === undefined) return [];
  const itself = filterSight(identityOf(object));
  return object.kind === "element" ? [itself, elementsSight(ownerOf(object))] : [itself];
}

export interface Served {
  readonly resources: ReadonlySet<ResourceKey>;
  readonly sights: ReadonlySet<Sight>;
}

/** Whom operations serve, and what they change. */
export function servedBy(operations: readonly Operation[]): Served {
  return {
    resources: new Set(operations.map(({ resource }) => resource)),
    sights: new Set(operations.flatMap(sightsOfOperation)),
  };
}

function sightsOfOperation(operation: Operation): Sight[] {
  if (operation.netns !== "") {
    const inside = namespaceSight(operation.netns);
    return "helper" in operation ? [inside, helperSight(operation.helper)] : [inside];
  }
  if (operation.kind === "change-filter") return [...operation.put, ...operation.remove].flatMap(sightsOfObject);
  return "device" in operation ? [deviceSight(operation.device)] : [];
}
