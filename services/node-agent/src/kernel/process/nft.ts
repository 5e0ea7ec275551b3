import type { ChangeFilter } from "../../plan/operation.ts";
import type { NftRunner } from "../nft.ts";
import { nftCommands, refusalOf } from "../nft-commands.ts";

/** One transaction: either all of it stands or nothing of it.
 *  @returns nft's words when it refuses. */
export async function runNft(
  nft: NftRunner,
  netns: string,
  changes: readonly ChangeFilter[],
): Promise<string | undefined> {
  const commands = nftCommands(changes);
  if (commands === "") return undefined;
  const { refusal } = await nft({ netns, commands });
  return refusal && refusalOf(refusal);
}
