import { remembering } from "../observed/remember.ts";
/** One thing of ours in a packet filter, of the host or of a router's namespace. Each is named by its table, its kind and its
 *  name; rules have no identity of their own and belong to their chain. */
export type FilterObject = FilterChain | FilterSet | FilterElement | FilterHook;

/** Of nftables: all have our name. */
export type NftTable = "bridge" | "ip" | "ip6";

/** Of iptables and ip6tables, which everybody on the host shares: chains of ours have our prefix. */
export type IptablesTable = `${"iptables" | "ip6tables"} ${"raw" | "filter"}`;

/** Sets of `ipset` lie in no table. */
export type FilterTable = NftTable | IptablesTable | "ipset";

export interface FilterChain {
  readonly kind: "chain";
  readonly table: FilterTable;
  readonly name: string;
  /** As `nft -n list` prints them; of a base chain the first line is its hook. Or as iptables-save does, without "-A <name>". */
  readonly lines: readonly string[];
}

/** A set or map, without its elements. In iptables a map is a chain whose rules may stand in any order: each is an element. */
export interface FilterSet {
  readonly kind: "set" | "map";
  readonly table: FilterTable;
  readonly name: string;
  /** "type ipv4_addr", "flags interval". */
  readonly lines: readonly string[];
}

export interface FilterElement {
  readonly kind: "element";
  readonly table: FilterTable;
  readonly set: string;
  /** "10.0.0.1", `"tap1a2b3c4d-5e" . fa:16:3e:00:00:01`; what a rule of iptables matches. */
  readonly key: string;
  /** Of a map's: "jump x", "-j x"; where somebody added rules that match alike, all of them with commas between. Of a set's: empty. */
  readonly value: string;
}

/** A built-in chain of iptables, from its first rule to the last that leads into a chain of ours. */
export interface FilterHook {
  readonly kind: "hook";
  readonly table: IptablesTable;
  readonly name: string;
  readonly lines: readonly string[];
}

export type FilterObjects = ReadonlyMap<string, FilterObject>;

export const ownFilterTable = "rhumbline";

const iptablesTables: readonly string[] = [
  "iptables raw",
  "iptables filter",
  "ip6tables raw",
  "ip6tables filter",
] satisfies IptablesTable[];

export const isIptables = (table: FilterTable): table is IptablesTable => iptablesTables.includes(table);

export const isOfNftables = ({ table }: FilterObject): boolean => table !== "ipset" && !isIptables(table);

export function identityOf(object: FilterObject): string {
  return object.kind === "element"
    ? `element ${object.table} ${object.set} ${object.key}`
    : `${isSet(object) ? "set" : "chain"} ${object.table} ${object.name}`;
}

const isSet = ({ kind, table }: FilterObject): boolean => (kind === "set" || kind === "map") && !isIptables(table);

/** Of the set, map or chain that an element is of. */
export const containerOf = ({ table, set }: FilterElement): string =>
  `${isIptables(table) ? "chain" : "set"} ${table} ${set}`;

/** Canonical text of what stands under that name. */
export const textOf = (object: FilterObject): string =>
  object.kind === "element" ? written(object) : writtenOnce(object);

/** What routers have in common is one object. */
const writtenOnce = remembering(written);

function written(object: FilterObject): string {
  switch (object.kind) {
    case "chain":
    case "hook":
      return [`chain ${object.name} {`, ...object.lines.map((line) => `\t${line}`), "}"].join("\n");
    case "set":
    case "map":
      return [object.kind, ...object.lines].join("\n");
    case "element":
      return object.value === "" ? object.key : `${object.key} : ${object.value}`;
    default:
      return object satisfies never;
  }
}

/** What of it stays for as long as it stands: its type, or the hook that it is at. */
export function declarationOf(object: FilterObject): string {
  if (object.kind === "element" || object.kind === "hook") return object.kind;
  if (object.kind !== "chain") return textOf(object);
  const [first] = object.lines;
  return isHook(first) ? first : "chain";
}

/** Whether a base chain's line says where it is hooked in. */
export const isHook = (line: string | undefined): line is string => line?.startsWith("type ") === true;

export const sameObject = (a: FilterObject | undefined, b: FilterObject): boolean =>
  a === b || (a !== undefined && identityOf(a) === identityOf(b) && textOf(a) === textOf(b));

export const byIdentity = (objects: Iterable<FilterObject>): Map<string, FilterObject> =>
  new Map([...objects].map((object) => [identityOf(object), object]));
