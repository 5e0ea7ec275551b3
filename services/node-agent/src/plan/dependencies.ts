import { deviceOfSysctl } from "../desired/ipv6-off.ts";
import { type ConfinedElement, serverElement } from "../observed/confinement.ts";
import { ownFilterTable } from "../security/filter-object.ts";
import { type HelperOperation, isHelperOperation } from "./helper-operation.ts";
import type { InNamespace } from "./in-namespace.ts";
import type { ChangeFilter, Operation, SetLink } from "./operation.ts";
import { printTranslation } from "./print-operation.ts";

/** The objects that an operation makes or changes. When it fails, whatever needs one of them is skipped: a device of the
 *  name that a host end should have had is somebody else's. */
export function subjectsOf(operation: Operation): string[] {
  if (isHelperOperation(operation)) return [subjectOfHelper(operation)];
  if (operation.kind === "change-confinement") return operation.add.map(confinementOf);
  const subject = subjectOf(operation);
  if (operation.kind === "add-patch") return [subject, linkOf("", operation.peer)];
  return operation.kind === "add-veth" ? [subject, linkOf("", operation.hostEnd)] : [subject];
}

function subjectOf(operation: Exclude<Operation, HelperOperation | { kind: "change-confinement" }>): string {
  switch (operation.kind) {
    case "add-namespace":
    case "drop-namespace":
      return namespaceOf(operation.netns);
    case "add-bridge":
    case "add-vlan":
    case "add-patch":
    case "add-vxlan":
    case "add-veth":
    case "add-macvlan":
    case "delete-link":
    case "set-link":
    case "set-tunnel-ip":
    case "set-bridge-port":
      return linkOf(operation.netns, operation.device);
    case "write-sysctl":
      return `sysctl ${operation.netns} ${operation.name}`;
    case "add-flood-peer":
    case "delete-flood-peer":
      return `flood ${operation.device} ${operation.peer}`;
    case "set-forwarding":
    case "delete-forwarding":
      return `forwarding ${operation.device} ${operation.mac}`;
    case "set-delivery":
      return `forwarding ${operation.overlay} ${operation.mac}`;
    case "set-neighbour":
    case "delete-neighbour":
      return `neighbour ${operation.device} ${operation.address}`;
    case "add-address":
    case "delete-address":
      return addressOf(operation.netns, operation.device, operation.address);
    case "replace-route":
    case "delete-route":
      return `route ${operation.netns} ${operation.family} ${operation.destination}`;
    case "change-table":
      return tableOf(operation.netns, operation.table);
    case "delete-flows":
      return `flows ${operation.netns} ${printTranslation(operation.translation)}`;
    case "change-filter":
      return filterOf(operation);
    case "delete-connections":
      return `connections ${operation.zone}`;
    case "mark-connections":
      return `marks ${operation.connections[0]?.zone} ${operation.mark}`;
    case "announce":
      return `announcement ${operation.netns} ${operation.device}`;
    default:
      return operation satisfies never;
  }
}

/** The objects without which an operation would fail, or would open a door that should be closed: a router's devices go up
 *  only behind its rules, and an address or a connection is taken away only once no rule brings it back. */
export function needsOf(operation: Operation): string[] {
  if (isHelperOperation(operation)) return needsOfHelper(operation);
  const namespace = namespaceOf(operation.netns);
  switch (operation.kind) {
    case "add-bridge":
    case "add-vlan":
    case "add-patch":
    case "add-vxlan":
    case "add-namespace":
    case "drop-namespace":
    case "change-confinement":
    case "delete-connections":
      return [];
    // One backend's rules go only once those of the other stand.
    case "change-filter":
      return operation.netns === "" ? [] : [namespace, ...rulesOf(operation.netns)];
    case "change-table":
      return [namespace, tableOf(operation.netns, ownFilterTable)];
    case "mark-connections":
      return [`filter ${operation.resource}`];
    case "set-tunnel-ip":
    case "set-bridge-port":
    case "add-flood-peer":
    case "delete-flood-peer":
    case "set-forwarding":
    case "set-delivery":
    case "delete-forwarding":
    case "set-neighbour":
    case "delete-neighbour":
      return [linkOf("", operation.device)];
    case "add-veth":
    case "add-macvlan":
    case "delete-link":
    case "delete-route":
      return [namespace];
    case "write-sysctl":
      return [namespace, ...hostDeviceOf(operation.netns, operation.name)];
    case "set-link":
      return [
        namespace,
        ...masterOf(operation),
        ...filterBefore(operation),
        ...rulesBefore(operation.netns, operation.up === true),
      ];
    case "add-address":
    case "replace-route":
      return [namespace, linkOf(operation.netns, operation.device)];
    case "delete-flows":
    case "delete-address":
      return [namespace, ...rulesOf(operation.netns), elementsOf(operation)];
    case "announce":
      return [
        ...(operation.through === "" ? [] : [linkOf("", operation.through)]),
        linkOf(operation.netns, operation.device),
        ...operation.addresses.map((address) => addressOf(operation.netns, operation.device, address)),
      ];
    default:
      return operation satisfies never;
  }
}

function namespaceOf(netns: string): string {
  return `namespace ${netns}`;
}

function linkOf(netns: string, device: string): string {
  return `link ${netns} ${device}`;
}

function addressOf(netns: string, device: string, address: string): string {
  return `address ${netns} ${device} ${address}`;
}

function tableOf(netns: string, table: string): string {
  return `table ${netns} ${table}`;
}

/** A router's, of either backend. */
const rulesOf = (netns: string): string[] => ["mangle", "nat", ownFilterTable].map((table) => tableOf(netns, table));

/** In a router's namespace an element that fails is the loss of its own resource alone. */
function filterOf(operation: ChangeFilter): string {
  if (operation.netns === "") return `filter ${operation.resource}`;
  const hasChains = operation.put.some(({ kind }) => kind === "chain");
  return hasChains ? tableOf(operation.netns, ownFilterTable) : elementsOf(operation);
}

const elementsOf = ({ netns, resource }: InNamespace): string => `elements ${netns} ${resource}`;

/** What a device needs to be put on a bridge; where its frames are to stay on the node, that must be seen to first. */
function masterOf({ master, device }: SetLink): string[] {
  return master === undefined || master === "" ? [] : [linkOf("", master), confinementOf(serverElement(device))];
}

function confinementOf(element: ConfinedElement): string {
  return `confinement ${element}`;
}

function subjectOfHelper(operation: HelperOperation): string {
  const { kind, helper } = operation;
  if (kind === "forget-helper-leases") return `leases ${helper} ${operation.addresses.join(" ")}`;
  const isFile = kind === "write-helper-file" || kind === "delete-helper-file";
  return isFile ? `file ${helper} ${operation.path}` : `helper ${helper}`;
}

function needsOfHelper(operation: HelperOperation): string[] {
  switch (operation.kind) {
    case "start-helper":
      return [namespaceOf(operation.netns), linkOf(operation.netns, operation.device)];
    case "reload-helper":
    case "forget-helper-leases":
      return [`helper ${operation.helper}`];
    // A file that can't be written is the loss of whom it is about.
    case "write-helper-file":
    case "delete-helper-file":
    case "remove-helper":
      return [];
    default:
      return operation satisfies never;
  }
}

/** A device joins its bridge only behind what filters it. */
function filterBefore({ netns, master, resource }: SetLink): string[] {
  return netns === "" && master !== undefined && master !== "" ? [`filter ${resource}`] : [];
}

function rulesBefore(netns: string, up: boolean): string[] {
  return netns !== "" && up ? rulesOf(netns) : [];
}

/** net.ipv6.conf.<device>.disable_ipv6 of the host needs its device. */
function hostDeviceOf(netns: string, sysctl: string): string[] {
  const device = netns === "" ? deviceOfSysctl(sysctl) : undefined;
  return device === undefined ? [] : [linkOf("", device)];
}
