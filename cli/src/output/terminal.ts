import { type Colours, colours } from "./colour.ts";

/** Where a command's result goes, and what is said beside it. */
export interface Terminal {
  readonly colours: Colours;
  /** A line of the result. Waits while the reader is slow. */
  print(line: string): Promise<void>;
  /** What follows takes the place of what was printed: on a cleared screen, or after an empty line where nobody watches. */
  startAgain(): void;
  /** A line about the result, for people. */
  note(line: string): void;
  /** The state of what is waited for, in the place of the one before; nothing ends it. Only where somebody watches. */
  progress(line: string | undefined): void;
}

/** Result on standard output, everything else on standard error. */
export function openTerminal(
  color: boolean,
  { stdout, stderr }: { stdout: NodeJS.WriteStream; stderr: NodeJS.WriteStream },
): Terminal {
  // Whoever reads may stop reading: `rhumb events | head`.
  stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  let shown = false;
  const progress = (line: string | undefined): void => {
    if (!stderr.isTTY || (line === undefined && !shown)) return;
    stderr.write(`\r\u001b[K${line?.slice(0, stderr.columns - 1) ?? ""}`);
    shown = line !== undefined;
  };
  return {
    colours: colours(color && stdout.isTTY === true),
    print: (line) => new Promise((resolve) => void stdout.write(`${line}\n`, () => resolve())),
    startAgain: () => void stdout.write(stdout.isTTY ? "\u001b[H\u001b[2J\u001b[3J" : "\n"),
    note(line) {
      progress(undefined);
      stderr.write(`${line}\n`);
    },
    progress,
  };
}
