import { remembering } from "../observed/remember.ts";
import { type FilterObject, identityOf, textOf } from "../security/filter-object.ts";
import type {
  ChangeConfinement,
  ChangeFilter,
  ChangeTable,
  FlowTranslation,
  MarkConnections,
  Operation,
  SetLink,
} from "./operation.ts";

/** An operation as its plan shows it: stable text, on several lines where rules change. A pass prints each before it is done and
 *  when it is. */
export const printOperation = remembering((operation: Operation): string => {
  const text = printAction(operation);
  const actsOnNamespace = operation.kind === "add-namespace" || operation.kind === "drop-namespace";
  return operation.netns === "" || actsOnNamespace ? text : `${operation.netns}: ${text}`;
});

function printAction(operation: Operation): string {
  switch (operation.kind) {
    case "add-bridge":
      return `add bridge ${operation.device}`;
    case "add-namespace":
      return `add namespace ${operation.netns}`;
    case "add-veth":
      return `add veth ${operation.device} to ${operation.hostEnd}, mac ${operation.mac} mtu ${operation.mtu}`;
    case "add-macvlan":
      return `add macvlan ${operation.device} on ${operation.parent}, mac ${operation.mac} mtu ${operation.mtu}`;
    case "add-vlan":
      return `add vlan ${operation.device} on ${operation.parent}, id ${operation.vlanId} mtu ${operation.mtu}`;
    case "add-patch":
      return `add patch ${operation.device} to ${operation.peer}, mac ${operation.mac} mtu ${operation.mtu}`;
    case "add-vxlan":
      return `add vxlan ${operation.device}, vni ${operation.vni} tunnel ip ${operation.tunnelIp} mtu ${operation.mtu}`;
    case "set-tunnel-ip":
      return `set tunnel ip of ${operation.device} to ${operation.tunnelIp}`;
    case "set-bridge-port":
      return `set bridge port ${operation.device} to learn nothing and to suppress known neighbours`;
    case "add-flood-peer":
      return `flood from ${operation.device} to ${operation.peer}`;
    case "delete-flood-peer":
      return `stop flooding from ${operation.device} to ${operation.peer}`;
    case "set-forwarding":
      return `forward ${operation.mac} from ${operation.device} to ${operation.tunnelIp}`;
    case "set-delivery":
      return `deliver ${operation.mac} to ${operation.device} instead of ${operation.overlay}`;
    case "delete-forwarding":
      return `stop forwarding ${operation.mac} from ${operation.device}`;
    case "set-neighbour":
      return `answer for ${operation.address} on ${operation.device} with ${operation.mac}`;
    case "delete-neighbour":
      return `stop answering for ${operation.address} on ${operation.device}`;
    case "set-link":
      return `set link ${operation.device}${printSettings(operation)}`;
    case "write-sysctl":
      return `write ${operation.name} = ${operation.value}`;
    case "add-address":
      return `add address ${operation.address} to ${operation.device}`;
    case "replace-route":
      return `set route ${operation.destination} via ${operation.nextHop} dev ${operation.device}`;
    case "change-table":
      return printTable(operation);
    case "delete-flows":
      return `delete connections with ${printTranslation(operation.translation)}`;
    case "change-filter":
      return printFilter(operation);
    case "delete-connections":
      return `delete connections of zone ${operation.zone}`;
    case "mark-connections":
      return printMarks(operation);
    case "announce":
      return `announce ${operation.addresses.join(" ")} on ${operation.device}`;
    case "delete-address":
      return `delete address ${operation.address} from ${operation.device}`;
    case "delete-route":
      return `delete IPv${operation.family} route ${operation.destination}`;
    case "delete-link":
      return `delete link ${operation.device}`;
    case "drop-namespace":
      return `drop namespace ${operation.netns}${operation.hostEnds.length === 0 ? "" : ` with ${operation.hostEnds.join(" ")}`}`;
    case "change-confinement":
      return printConfinement(operation);
    case "write-helper-file":
      return `write ${operation.helper}/${operation.path}${indented(operation.content)}`;
    case "delete-helper-file":
      return `delete ${operation.helper}/${operation.path}`;
    case "start-helper":
      return `start ${operation.helper}${indented(operation.config)}`;
    case "reload-helper":
      return `reload ${operation.helper}`;
    case "forget-helper-leases":
      return `forget whom ${operation.helper} gave ${operation.addresses.join(" ")}`;
    case "remove-helper":
      return `end ${operation.helper}${operation.farewell ? "" : " without a word"}`;
    default:
      return operation satisfies never;
  }
}

export function printTranslation(translation: FlowTranslation): string {
  const { kind, from, to } = translation;
  if (kind !== "ports") return `${kind} ${from} translated to ${to}`;
  const { protocol, first, last } = translation;
  return `destination ${from} ${protocol} ${first === last ? first : `${first}-${last}`} translated to ${to}`;
}

function printSettings({ mtu, mac, boundTo, master, up, tracked }: SetLink): string {
  return [
    mtu === undefined ? "" : ` mtu ${mtu}`,
    mac === undefined ? "" : ` mac ${mac}`,
    boundTo === undefined ? "" : boundTo === "" ? " unbound" : ` bound to ${boundTo}`,
    master === undefined ? "" : master === "" ? " nomaster" : ` master ${master}`,
    up === undefined ? "" : up ? " up" : " down",
    tracked === undefined ? "" : tracked ? " tracked" : " not tracked",
  ].join("");
}

/** The chains, then the rule-by-rule difference. */
function printTable({ table, chains, removeChains, addedRules, removedRules }: ChangeTable): string {
  const removed = removeChains.map((chain) => `without ${chain}`);
  const heading = [`change table ${table}: ${[...chains.keys(), ...removed].join(" ") || "its hooks"}`];
  return [
    ...heading,
    ...removedRules.map((rule) => `  - ${rule.slice(3)}`),
    ...addedRules.map((rule) => `  + ${rule.slice(3)}`),
  ].join("\n");
}

function printConfinement({ table, add, remove }: ChangeConfinement): string {
  return [
    "keep DHCP on this node",
    table === "kept" ? "" : `, table ${table}`,
    add.length === 0 ? "" : `: ${add.join(", ")}`,
    remove.length === 0 ? "" : `: no longer ${remove.join(", ")}`,
  ].join("");
}

function indented(lines: string): string {
  return lines
    .trimEnd()
    .split("\n")
    .map((line) => `\n  ${line}`)
    .join("");
}

/** What comes, with its text, and what goes. */
function printFilter({ netns, put, remove }: ChangeFilter): string {
  return [
    netns === "" ? "change filter" : "change rules",
    ...remove.map((object) => `  - ${identityOf(object)}`),
    ...put.map((object) => `  + ${printObject(object)}`),
  ].join("\n");
}

function printObject(object: FilterObject): string {
  switch (object.kind) {
    case "element":
      return `${identityOf(object)}${object.value === "" ? "" : ` : ${object.value}`}`;
    case "chain":
    case "hook":
      return `${object.table} ${textOf(object).replaceAll("\n", "\n    ")}`;
    case "set":
    case "map":
      return `${object.table} ${object.kind} ${object.name} { ${object.lines.join("; ")} }`;
    default:
      return object satisfies never;
  }
}

function printMarks({ connections, mark }: MarkConnections): string {
  const lines = connections.map(
    ({ zone, protocol, source, sourcePort, destination, destinationPort }) =>
      `  ${source} ${sourcePort} to ${destination} ${destinationPort}, protocol ${protocol}, zone ${zone}`,
  );
  return [`${mark === 0 ? "let go on" : "revoke"} ${connections.length} connections`, ...lines].join("\n");
}
