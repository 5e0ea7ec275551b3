import type { ChangeFilter, Operation } from "../../plan/operation.ts";
import type { BatchResult } from "../kernel.ts";
import type { NftRunner } from "../nft.ts";
import { runHostIptables } from "./host-iptables.ts";
import { destroySets, fillSets } from "./ipset.ts";
import { runNft } from "./nft.ts";
import type { Programs } from "./programs.ts";

type FilterTools = Programs & { readonly nft: NftRunner };

/** The whole batch at once: of nftables and of each iptables all of it stands or nothing. Where something is refused, each
 *  operation is tried alone, so that one that fails does not hold up the others. */
export async function runFilter(
  programs: FilterTools,
  netns: string,
  batch: readonly Operation[],
): Promise<BatchResult> {
  const changes = batch.filter((operation) => operation.kind === "change-filter");
  const together = await change(programs, netns, changes);
  if (together === undefined) return { done: batch.length, error: undefined };
  if (batch.length === 1) return { done: 0, error: together };
  for (const [done, each] of changes.entries()) {
    const error = await change(programs, netns, [each]);
    if (error !== undefined) return { done, error };
  }
  return { done: batch.length, error: undefined };
}

/** The bridge's own hooks let nothing through that iptables has not let through: they come last where something comes, and
 *  first where all of it goes. */
async function change(
  programs: FilterTools,
  netns: string,
  changes: readonly ChangeFilter[],
): Promise<string | undefined> {
  const nft: typeof runHostIptables = (_programs, all) => runNft(programs.nft, netns, all);
  const steps = changes.some(({ put }) => put.length > 0)
    ? [fillSets, runHostIptables, nft, destroySets]
    : [nft, runHostIptables, fillSets, destroySets];
  for (const step of steps) {
    const error = await step(programs, changes);
    if (error !== undefined) return error;
  }
  return undefined;
}
