/** Where the driver's programs run. On a node: in the agent's own namespaces. */
export interface Programs {
  /** Runs to the end, whatever the exit code; one that doesn't end in two minutes is ended. */
  run(argv: readonly string[], input: string): Promise<ProgramResult>;
  /** Starts a program that nobody waits for and that outlives the agent. What it wrote to its standard error is told at
   *  its end, if it wrote anything and the agent is still there. */
  start(argv: readonly string[], input: string, failed: (words: string) => void): void;
}

export interface ProgramResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `ip netns exec` would give each program a copy of every mount of the host too, and a namespace is one.
 *  @param netns empty: the host's own namespace. */
export function inNamespace(netns: string, argv: readonly string[]): readonly string[] {
  return netns === "" ? argv : ["nsenter", `--net=/run/netns/${netns}`, ...argv];
}
