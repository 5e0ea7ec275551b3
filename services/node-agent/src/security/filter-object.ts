/** One thing of ours in nftables, on the host or in a router's namespace. Each is named by its table, its kind and its name;
 *  rules have no identity of their own and belong to their chain. */
export type FilterObject = FilterChain | FilterSet | FilterElement;

/** Of nftables: all have our name. */
export type FilterTable = "bridge" | "ip" | "ip6";

export interface FilterChain {
  readonly kind: "chain";
  readonly table: FilterTable;
  readonly name: string;
  /** As `nft -n list` prints them; of a base chain the first line is its hook. */
  readonly lines: readonly string[];
}

/** A set or map, without its elements. */
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
  /** "10.0.0.1", `"tap1a2b3c4d-5e" . fa:16:3e:00:00:01`. */
  readonly key: string;
  /** Of a map's: "jump x". Of a set's: empty. */
  readonly value: string;
}

export type FilterObjects = ReadonlyMap<string, FilterObject>;

export const ownFilterTable = "rhumbline";

export function identityOf(object: FilterObject): string {
  return object.kind === "element"
    ? `element ${object.table} ${object.set} ${object.key}`
    : `${object.kind === "chain" ? "chain" : "set"} ${object.table} ${object.name}`;
}

/** Canonical text of what stands under that name. */
export function textOf(object: FilterObject): string {
  switch (object.kind) {
    case "chain":
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
  if (object.kind === "element") return object.kind;
  if (object.kind !== "chain") return textOf(object);
  const [first] = object.lines;
  return isHook(first) ? first : "chain";
}

/** Whether a base chain's line says where it is hooked in. */
export const isHook = (line: string | undefined): line is string => line?.startsWith("type ") === true;

export const sameObject = (a: FilterObject | undefined, b: FilterObject): boolean =>
  a !== undefined && identityOf(a) === identityOf(b) && textOf(a) === textOf(b);

export const byIdentity = (objects: Iterable<FilterObject>): Map<string, FilterObject> =>
  new Map([...objects].map((object) => [identityOf(object), object]));
