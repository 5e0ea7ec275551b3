import { confinementTable } from "../observed/confinement.ts";
import type { ObservedConnection, ObservedKernel, ObservedNamespace } from "../observed/observed-kernel.ts";
import { parseConfinement } from "../observed/parse/parse-confinement.ts";
import { parseFilter } from "../observed/parse/parse-filter.ts";
import { parseRules } from "../observed/parse/parse-rules.ts";
import { byIdentity, type FilterObject, type FilterObjects, ownFilterTable } from "../security/filter-object.ts";
import { hasZones } from "../security/filter-parts.ts";
import type { NftRun, NftRunner } from "./nft.ts";

const families = ["bridge", "ip", "ip6"];

/** What is ours in the host's iptables and ipset.
 *  @param isSeen whether nft lists chains of ours there: those of iptables-nft are chains of nftables too. */
export type ReadIptables = (isSeen: boolean) => Promise<FilterObject[]>;

/** The host's packet filter, and what keeps the frames of DHCP servers on this node.
 *  @throws Error in the programs' words when the kernel can't be read. */
export async function observeFilter(
  nft: NftRunner,
  readIptables: ReadIptables,
): Promise<Pick<ObservedKernel, "filter" | "confinement">> {
  const standing = await listed(nft, { netns: "", commands: "list chains" });
  const stands = isLineOf(standing);
  const list = async (table: string, print: "text" | "json"): Promise<string> =>
    stands(`${table} {`) ? listed(nft, { netns: "", commands: `list ${table}`, print }) : "";
  // A run each: nft knows in one run only the tables that its last command is about.
  const [confinement, ...tables] = await Promise.all([
    list(`table bridge ${confinementTable}`, "json"),
    ...families.map((family) => list(`table ${family} ${ownFilterTable}`, "text")),
  ]);
  const inIptables = await readIptables(/^\tchain rhumbline-/m.test(standing));
  return {
    filter: byIdentity([...parseFilter(tables.join("")), ...inIptables]),
    confinement: parseConfinement(confinement),
  };
}

/** What the host tracks in zones: nothing does where the filter gives a bridge none. */
export const observeTracked = async (
  filter: FilterObjects,
  readConnections: () => Promise<readonly ObservedConnection[]>,
): Promise<readonly ObservedConnection[]> => (hasZones(filter) ? readConnections() : []);

/** Of each namespace what iptables-save prints, or why it can't, in its words. */
export type SavedTables = ReadonlyMap<string, string | Error>;

/** What is known of a router's rules before they are made out. */
export interface UnreadRules {
  /** iptables of old, whose tables are not nftables', has some there. */
  readonly hasOldTables: boolean;
  /** Of nftables, by name, in family ip. */
  readonly tables: readonly string[];
  /** What nft lists of ours. Undefined: it was not asked. */
  readonly own: string | undefined;
}

export const listOwnTable = `list table ip ${ownFilterTable}`;

/** Whether iptables has rules there: they lie in tables of nftables, or in its own of old. */
export const hasIptables = ({ hasOldTables, tables }: UnreadRules): boolean =>
  hasOldTables || tables.includes("mangle") || tables.includes("nat");

/** A router's rules, of either backend.
 *  @param saved what iptables-save prints there; undefined: iptables has none.
 *  @throws Error in the programs' words. */
export async function observeRules(
  nft: NftRunner,
  netns: string,
  { tables, own }: UnreadRules,
  saved: string | Error | undefined,
): Promise<Pick<ObservedNamespace, "tables" | "filter">> {
  if (saved instanceof Error) throw saved;
  const list = (): Promise<string> => listed(nft, { netns, commands: listOwnTable });
  return {
    filter: tables.includes(ownFilterTable) ? byIdentity(parseFilter(own ?? (await list()))) : new Map(),
    tables: saved === undefined ? new Map() : parseRules(saved),
  };
}

const isLineOf = (text: string): ((line: string) => boolean) => {
  const lines = new Set(text.split("\n"));
  return (line) => lines.has(line);
};

/** A list that fails must not look like an empty one. */
async function listed(nft: NftRunner, run: NftRun): Promise<string> {
  const { printed, refusal } = await nft({ print: "text", ...run });
  if (refusal !== undefined) throw unreadableFilter(run.netns, refusal);
  return printed;
}

/** @param refusal in nft's words. */
export const unreadableFilter = (netns: string, refusal: string): Error =>
  new Error(`the packet filter of ${netns || "the host"} can't be read: ${refusal}`);
