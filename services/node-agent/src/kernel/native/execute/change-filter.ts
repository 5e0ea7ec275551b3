import type { ChangeFilter } from "../../../plan/operation.ts";
import { nftCommands, refusalOf } from "../../nft-commands.ts";
import { runLibnftables } from "../netfilter/libnftables.ts";

/** Changes nftables in a namespace, in one transaction; where that is refused, one by one, so that one that fails holds up no other.
 *  @param changed told once for each.
 *  @throws Error in nft's words. */
export function changeFilter(netns: string, changes: readonly ChangeFilter[], changed: () => void): void {
  const together = refusal(netns, changes);
  if (together === undefined) {
    for (const _ of changes) changed();
    return;
  }
  if (changes.length === 1) throw new Error(together);
  for (const change of changes) {
    const words = refusal(netns, [change]);
    if (words !== undefined) throw new Error(words);
    changed();
  }
}

/** @returns nft's words; undefined: all of it stands. */
function refusal(netns: string, changes: readonly ChangeFilter[]): string | undefined {
  const commands = nftCommands(changes);
  if (commands === "") return undefined;
  const { refusal: words } = runLibnftables({ netns, commands });
  return words && refusalOf(words);
}
