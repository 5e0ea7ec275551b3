import type { KernelChange } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { deviceOfSysctl } from "../desired/ipv6-off.ts";
import { differenceOf, objectsOf } from "../observed/kernel-objects.ts";
import type { ObservedKernel, ObservedNamespace } from "../observed/observed-kernel.ts";
import { overlayObjects } from "../observed/overlay-objects.ts";
import { type FilterObjects, identityOf } from "../security/filter-object.ts";
import type { ChangeFilter, Operation } from "./operation.ts";

/** Which objects of ours the operation makes, changes or takes away. Folding the changes of every operation done, from an
 *  empty kernel on, gives exactly the objects that stand. */
export function changesOf(operation: Operation, before: ObservedKernel, after: ObservedKernel): KernelChange[] {
  const entries = entriesOf(operation);
  if (entries !== undefined) return differenceOf(overlayObjects(entries(before)), overlayObjects(entries(after)));
  return differenceOf(objectsOf(touched(before, after, operation)), objectsOf(touched(after, before, operation)));
}

type Entries = Pick<ObservedKernel, "forwarding" | "neighbours">;

/** What an operation is about that is done to one entry alone: what a node knows of others' ports comes by ten thousands.
 *  Undefined: it is done to something else. */
function entriesOf(operation: Operation): ((kernel: ObservedKernel) => Entries) | undefined {
  switch (operation.kind) {
    case "set-forwarding":
    case "delete-forwarding":
      return (kernel) => forwardingEntry(kernel, operation.device, operation.mac);
    case "set-delivery":
      return (kernel) => forwardingEntry(kernel, operation.overlay, operation.mac);
    case "set-neighbour":
    case "delete-neighbour": {
      const { device, address } = operation;
      return ({ neighbours }) => ({
        forwarding: new Map(),
        neighbours: new Map([[device, only(neighbours.get(device), address)]]),
      });
    }
    default:
      return undefined;
  }
}

function forwardingEntry({ forwarding }: ObservedKernel, device: string, mac: string): Entries {
  const destinations = only(forwarding.get(device)?.destinations, mac);
  return { forwarding: new Map([[device, { peers: new Set(), destinations }]]), neighbours: new Map() };
}

/** The operation's own namespace, and of the host's links and entries those that it changed: the others are the same before
 *  and after, and a node has thousands of them. */
function touched(kernel: ObservedKernel, other: ObservedKernel, operation: Operation): ObservedKernel {
  const namespaces = touchedNamespace(kernel, other, operation);
  const names = hostLinksOf(operation);
  const links = names === undefined ? differing(kernel.links, other.links) : only(kernel.links, ...names);
  const helpers = differing(kernel.helpers, other.helpers);
  const filter = touchedFilter(kernel, other, operation);
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
    filter: operation.kind === "change-filter" ? onlyNamed(filter, operation) : differing(filter, otherwise.filter),
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

/** A set of entries that long is not gone through for one of them. */
function touchedFilter(kernel: ObservedKernel, other: ObservedKernel, operation: Operation): ObservedKernel["filter"] {
  if (operation.kind !== "change-filter") return differing(kernel.filter, other.filter);
  return operation.netns === "" ? onlyNamed(kernel.filter, operation) : new Map();
}

const onlyNamed = (filter: FilterObjects, { put, remove }: ChangeFilter): FilterObjects =>
  only(filter, ...[...put, ...remove].map(identityOf));

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
