import type { KernelChange } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { deviceOfSysctl } from "../desired/ipv6-off.ts";
import { filterOf, linksOf } from "../observed/edit-kernel.ts";
import { addressObject, differenceOf, filterObject, objectsOf } from "../observed/kernel-objects.ts";
import type { ObservedKernel, ObservedNamespace } from "../observed/observed-kernel.ts";
import { destinationObject, neighbourObject, peerObject } from "../observed/overlay-objects.ts";
import { identityOf } from "../security/filter-object.ts";
import type { Operation } from "./operation.ts";

/** Which objects of ours the operation makes, changes or takes away. Folding the changes of every operation done, from an
 *  empty kernel on, gives exactly the objects that stand. */
export function changesOf(operation: Operation, before: ObservedKernel, after: ObservedKernel): KernelChange[] {
  const named = namedBy(operation);
  if (named !== undefined) return named.flatMap((find) => changeOfOne(find(before), find(after)));
  return differenceOf(objectsOf(touched(before, after, operation)), objectsOf(touched(after, before, operation)));
}

/** Finds an object in a kernel; undefined where it has none of that name. */
type Find = (kernel: ObservedKernel) => KernelChange | undefined;

/** The objects of an operation that changes those that it names and no others: what a node knows of others' ports, and what
 *  filters its own, comes by ten thousands. Undefined: it may change others too. */
function namedBy(operation: Operation): readonly Find[] | undefined {
  switch (operation.kind) {
    case "set-forwarding":
    case "delete-forwarding":
      return [destinationIn(operation.device, operation.mac)];
    case "set-delivery":
      return [destinationIn(operation.overlay, operation.mac)];
    case "add-flood-peer":
    case "delete-flood-peer":
      return [peerIn(operation.device, operation.peer)];
    case "set-neighbour":
    case "delete-neighbour":
      return [neighbourIn(operation.device, operation.address)];
    case "add-address":
      return [addressOn(operation.netns, operation.device, operation.address)];
    case "change-filter":
      return [...new Set([...operation.put, ...operation.remove].map(identityOf))].map(filteredBy(operation.netns));
    default:
      return undefined;
  }
}

const destinationIn =
  (device: string, mac: string): Find =>
  ({ forwarding }) => {
    const destination = forwarding.get(device)?.destinations.get(mac);
    return destination && destinationObject(device, mac, destination);
  };

const peerIn =
  (device: string, peer: string): Find =>
  ({ forwarding }) =>
    forwarding.get(device)?.peers.has(peer) === true ? peerObject(device, peer) : undefined;

const neighbourIn =
  (bridge: string, address: string): Find =>
  ({ neighbours }) => {
    const mac = neighbours.get(bridge)?.get(address);
    return mac === undefined ? undefined : neighbourObject(bridge, address, mac);
  };

const addressOn =
  (netns: string, device: string, address: string): Find =>
  (kernel) =>
    linksOf(kernel, netns).get(device)?.addresses.includes(address) === true
      ? addressObject(netns, device, address)
      : undefined;

const filteredBy =
  (netns: string) =>
  (identity: string): Find =>
  (kernel) => {
    const filtered = filterOf(kernel, netns).get(identity);
    return filtered && filterObject(netns, filtered);
  };

function changeOfOne(before: KernelChange | undefined, after: KernelChange | undefined): KernelChange[] {
  if (before?.kind === after?.kind && before?.value === after?.value) return [];
  const came = after === undefined ? [] : [after];
  // One of another kind under the same name is another object.
  return before === undefined || before.kind === after?.kind ? came : [...came, { ...before, value: "" }];
}

/** The operation's own namespace, and of the host's links and entries those that it changed: the others are the same before
 *  and after, and a node has thousands of them. */
function touched(kernel: ObservedKernel, other: ObservedKernel, operation: Operation): ObservedKernel {
  const namespaces = touchedNamespace(kernel, other, operation);
  const names = hostLinksOf(operation);
  const links = names === undefined ? differing(kernel.links, other.links) : only(kernel.links, ...names);
  const helpers = differing(kernel.helpers, other.helpers);
  const filter = differing(kernel.filter, other.filter);
  const confinement = kernel.confinement === other.confinement ? undefined : kernel.confinement;
  const forwarding = differing(kernel.forwarding, other.forwarding);
  const neighbours = differing(kernel.neighbours, other.neighbours);
  return { ...kernel, namespaces, links, helpers, filter, confinement, forwarding, neighbours };
}

/** Of the operation's namespace, what is not the same before and after. */
function touchedNamespace(
  kernel: ObservedKernel,
  other: ObservedKernel,
  operation: Operation,
): ObservedKernel["namespaces"] {
  const { netns } = operation;
  const namespace = kernel.namespaces.get(netns);
  const otherwise = other.namespaces.get(netns);
  if (namespace === undefined || namespace === otherwise) return new Map();
  if (otherwise === undefined) return new Map([[netns, namespace]]);
  const { links, sysctls, tables, routes, filter } = namespace;
  const touched: ObservedNamespace = {
    ...namespace,
    links: differing(links, otherwise.links),
    sysctls: differing(sysctls, otherwise.sysctls),
    tables: differing(tables, otherwise.tables),
    routes: routes === otherwise.routes ? [] : routes,
    filter: differing(filter, otherwise.filter),
  };
  return new Map([[netns, touched]]);
}

/** Of the host's links, those that the operation can change; undefined: whatever hangs on what it takes away. */
function hostLinksOf(operation: Operation): readonly string[] | undefined {
  const device = "device" in operation ? [operation.device] : [];
  switch (operation.kind) {
    case "delete-link":
    case "drop-namespace":
      return undefined;
    case "add-veth":
      return [operation.hostEnd];
    case "add-patch":
      return [operation.device, operation.peer];
    case "write-sysctl":
      return operation.netns === "" ? [deviceOfSysctl(operation.name) ?? ""] : [];
    default:
      return operation.netns === "" ? device : [];
  }
}

function only<V>(map: ReadonlyMap<string, V> | undefined, ...keys: readonly string[]): ReadonlyMap<string, V> {
  return new Map(
    keys.flatMap((key) => {
      const value = map?.get(key);
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
}

function differing<V>(map: ReadonlyMap<string, V>, other: ReadonlyMap<string, V>): Map<string, V> {
  const entries = new Map<string, V>();
  if (map !== other) for (const [key, value] of map) if (value !== other.get(key)) entries.set(key, value);
  return entries;
}
