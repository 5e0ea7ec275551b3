/** Runs commands of nft(8) in one network namespace: all that they change in one transaction. */
export type NftRunner = (run: NftRun) => Promise<NftAnswer>;

export interface NftRun {
  /** Empty: the host's own. */
  readonly netns: string;
  /** A line each. */
  readonly commands: string;
  /** They list, and how it is printed: as text with every name a number, or as libnftables-json(5). Absent: they change. */
  readonly print?: "text" | "json";
}

export interface NftAnswer {
  readonly printed: string;
  /** In nft's words. Undefined: all of it was done. */
  readonly refusal: string | undefined;
}
