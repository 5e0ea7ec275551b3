import type { ChangeFilter } from "../../../plan/operation.ts";
import { nftCommands, refusalOf } from "../../nft-commands.ts";
import { runLibnftables } from "../netfilter/libnftables.ts";

/** Changes nftables in a namespace, in one transaction.
 *  @throws Error in nft's words: nothing is changed. */
export function changeFilter(netns: string, changes: readonly ChangeFilter[]): void {
  const commands = nftCommands(changes);
  if (commands === "") return;
  const { refusal } = runLibnftables({ netns, commands });
  if (refusal !== undefined) throw new Error(refusalOf(refusal));
}
