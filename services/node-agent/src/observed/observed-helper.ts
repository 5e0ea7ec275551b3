/** A helper's folder and its process, as they are. */
export interface ObservedHelper {
  readonly name: string;
  /** Undefined: it doesn't run. */
  readonly process: ObservedProcess | undefined;
  /** While the program runs its configuration isn't written: this is what it was started with. Empty: there is none. */
  readonly config: string;
  /** Path in its folder -> content. */
  readonly files: ReadonlyMap<string, string>;
  /** Files were written that the program hasn't been told to read. */
  readonly stale: boolean;
}

interface ObservedProcess {
  /** Undefined: its namespace has no name any more. */
  readonly netns: string | undefined;
  /** Index that its device had when it was started. */
  readonly deviceIndex: number;
}
