/** What a finished command left. `code` is 128 + n when signal n ended it, and 124 when its deadline did. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Added to PATH, HOME and LANG; nothing else is inherited from the caller. */
  readonly env?: Readonly<Record<string, string>>;
  /** An absolute folder; `/` when left out. */
  readonly cwd?: string;
  /** What the command reads from its standard input; nothing when left out. */
  readonly input?: string;
  /** After which the command is ended; a minute when left out. */
  readonly deadlineMs?: number;
}

export interface SpawnOptions {
  /** Names its log files. A second process of that name appends to them. */
  readonly name: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A program that runs in a host until it ends or the host does; it outlives whoever started it. */
export interface LabProcess {
  readonly name: string;
  /** In the root pid namespace: `kill` and `strace` from outside the lab take it. */
  readonly pid: number;
  /** What it wrote to its standard output. */
  readonly outputFile: string;
  /** What it wrote to its standard error. */
  readonly logFile: string;
  /** Its exit code, or 128 + n when signal n ended it. Never rejects. */
  readonly exited: Promise<number>;
  /** Does nothing once it has ended. */
  kill(signal: NodeJS.Signals): void;
}

/** Where commands run: a host's own network namespace, or a named one inside the host. */
export interface Place {
  /** `node1`, or `node1/qrouter-…` for a namespace. */
  readonly title: string;
  /** Where the output of spawned programs goes; the same path inside the host. */
  readonly logFolder: string;
  /** Runs to the end, whatever the exit code.
   *  @throws HostIsOff */
  run(argv: readonly string[], options?: RunOptions): Promise<CommandResult>;
  /** Standard output of a command that must succeed.
   *  @throws CommandFailed with the command's own words otherwise. */
  output(argv: readonly string[], options?: RunOptions): Promise<string>;
  /** Starts a program and returns once its pid is known, before its first instruction. */
  spawn(argv: readonly string[], options: SpawnOptions): Promise<LabProcess>;
}

export class CommandFailed extends Error {
  override readonly name = "CommandFailed";
  readonly result: CommandResult;
  constructor(where: string, argv: readonly string[], result: CommandResult) {
    super(`${where}: ${argv.join(" ")} ended with ${result.code}: ${(result.stderr || result.stdout).trim()}`);
    this.result = result;
  }
}
