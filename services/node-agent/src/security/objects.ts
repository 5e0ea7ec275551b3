import type {
  FilterChain,
  FilterElement,
  FilterHook,
  FilterSet,
  FilterTable,
  IptablesTable,
  NftTable,
} from "./filter-object.ts";

export const chain = (table: FilterTable, name: string, lines: readonly string[]): FilterChain => ({
  kind: "chain",
  table,
  name,
  lines,
});

/** A chain that nftables calls by itself. */
export const base = (
  table: NftTable,
  name: string,
  hook: string,
  priority: number,
  rules: readonly string[],
  type: "filter" | "nat" = "filter",
): FilterChain => chain(table, name, [`type ${type} hook ${hook} priority ${priority}; policy accept;`, ...rules]);

/** The first rules of a built-in chain of iptables. */
export const hook = (table: IptablesTable, name: string, ...lines: readonly string[]): FilterHook => ({
  kind: "hook",
  table,
  name,
  lines,
});

export const set = (table: FilterTable, name: string, ...lines: readonly string[]): FilterSet => ({
  kind: "set",
  table,
  name,
  lines,
});

export const map = (table: FilterTable, name: string, ...lines: readonly string[]): FilterSet => ({
  kind: "map",
  table,
  name,
  lines,
});

export const element = (table: FilterTable, of: string, key: string, value = ""): FilterElement => ({
  kind: "element",
  table,
  set: of,
  key,
  value,
});
