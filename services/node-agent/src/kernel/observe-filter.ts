import { confinementTable } from "../observed/confinement.ts";
import type { ObservedConnection, ObservedKernel, ObservedNamespace } from "../observed/observed-kernel.ts";
import { parseConfinement } from "../observed/parse/parse-confinement.ts";
import { parseFilter } from "../observed/parse/parse-filter.ts";
import { parseRules } from "../observed/parse/parse-rules.ts";
import { byIdentity, type FilterObject, ownFilterTable } from "../security/filter-object.ts";
import type { NftRun, NftRunner } from "./nft.ts";

const families = ["bridge", "ip", "ip6"];

/** What is ours in the host's iptables and ipset.
 *  @param isSeen whether nft lists chains of ours there: those of iptables-nft are chains of nftables too. */
export type ReadIptables = (isSeen: boolean) => Promise<FilterObject[]>;

/** The host's packet filter, what it tracks in zones (nothing does where there is no filter), and what keeps the frames of
 *  DHCP servers on this node.
 *  @throws Error in the programs' words when the kernel can't be read. */
export async function observeFilter(
  nft: NftRunner,
  readConnections: () => Promise<ObservedConnection[]>,
  readIptables: ReadIptables,
): Promise<Pick<ObservedKernel, "filter" | "connections" | "confinement">> {
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
  const tracks = stands(`table ip ${ownFilterTable} {`) || inIptables.length > 0;
  return {
    filter: byIdentity([...parseFilter(tables.join("")), ...inIptables]),
    connections: tracks ? await readConnections() : [],
    confinement: parseConfinement(confinement),
  };
}

/** A router's rules, of either backend: iptables' lie in tables of nftables, or in its own of old.
 *  @param hasOldTables whether there are any of those.
 *  @throws Error in the programs' words. */
export async function observeRules(
  { nft, saveIptables }: { readonly nft: NftRunner; saveIptables(netns: string): Promise<string> },
  netns: string,
  hasOldTables: boolean,
): Promise<Pick<ObservedNamespace, "tables" | "filter">> {
  const stands = isLineOf(await listed(nft, { netns, commands: "list tables ip" }));
  const own = `table ip ${ownFilterTable}`;
  const isIptables = hasOldTables || stands("table ip mangle") || stands("table ip nat");
  return {
    filter: stands(own) ? byIdentity(parseFilter(await listed(nft, { netns, commands: `list ${own}` }))) : new Map(),
    tables: isIptables ? parseRules(await saveIptables(netns)) : new Map(),
  };
}

const isLineOf = (text: string): ((line: string) => boolean) => {
  const lines = new Set(text.split("\n"));
  return (line) => lines.has(line);
};

/** A list that fails must not look like an empty one. */
async function listed(nft: NftRunner, run: NftRun): Promise<string> {
  const { printed, refusal } = await nft({ print: "text", ...run });
  if (refusal !== undefined)
    throw new Error(`the packet filter of ${run.netns || "the host"} can't be read: ${refusal}`);
  return printed;
}
