import { spawn } from "node:child_process";
import { Socket } from "node:net";

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

/** Their words are read: they come untranslated. */
const environment = (): NodeJS.ProcessEnv => ({ ...process.env, LC_ALL: "C" });

export const localPrograms: Programs = {
  run: (argv, input) => runToEnd(argv, input),
  start: (argv, input, failed) => {
    const options = { detached: true, env: environment() };
    const child = spawn(argv[0] ?? "", argv.slice(1), { ...options, stdio: ["pipe", "ignore", "pipe"] });
    const words: Buffer[] = [];
    child.stderr.on("data", (chunk: Buffer) => words.push(chunk));
    child.on("error", (error) => failed(error.message));
    child.on("close", () => words.length > 0 && failed(Buffer.concat(words).toString().trim()));
    // A program that ends before it has read everything says why on its standard error.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    // The agent's own end must not wait for it.
    child.unref();
    if (child.stderr instanceof Socket) child.stderr.unref();
  },
};

/** Whether a program with that process id was run here, and runs or ended so short a time ago that what it changed may be
 *  told only now. */
export const isOwnProgram = (processId: number): boolean => ownPrograms.has(processId);

const ownPrograms = new Set<number>();
/** The kernel tells at once, and is heard as soon as nothing else is done. */
const toldWithinMs = 5_000;

/** None takes so long on a kernel that answers; one that hangs must not keep every router waiting. */
const longestRunMs = 120_000;

function runToEnd(argv: readonly string[], input: string): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const options = { timeout: longestRunMs, killSignal: "SIGKILL", env: environment() } as const;
    const child = spawn(argv[0] ?? "", argv.slice(1), options);
    const { pid } = child;
    if (pid !== undefined) ownPrograms.add(pid);
    const output: Buffer[] = [];
    const words: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => words.push(chunk));
    // A program that ends before it has read everything says why on its standard error.
    child.stdin.on("error", () => {});
    child.on("error", (error) => resolve({ code: 127, stdout: "", stderr: error.message }));
    child.on("close", (code, signal) => {
      if (pid !== undefined) setTimeout(() => ownPrograms.delete(pid), toldWithinMs).unref();
      if (code === null) words.push(Buffer.from(`${argv.join(" ")} was ended by ${signal}`));
      resolve({ code: code ?? 128, stdout: Buffer.concat(output).toString(), stderr: Buffer.concat(words).toString() });
    });
    child.stdin.end(input);
  });
}

/** `ip netns exec` would give each program a copy of every mount of the host too, and a namespace is one.
 *  @param netns empty: the host's own namespace. */
export function inNamespace(netns: string, argv: readonly string[]): readonly string[] {
  return netns === "" ? argv : ["nsenter", `--net=/run/netns/${netns}`, ...argv];
}
