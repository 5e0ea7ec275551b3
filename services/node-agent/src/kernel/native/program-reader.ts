import type { NftRunner } from "../nft.ts";
import type { ReadIptables, SavedTables } from "../observe-filter.ts";

/** What the native driver leaves to others to read. */
export interface ProgramReader {
  /** nft, in any way that it can be had. */
  readonly nft: NftRunner;
  saveIptables(namespaces: readonly string[]): Promise<SavedTables>;
  readonly readIptables: ReadIptables;
}
