import { spawn } from "node:child_process";

/** Where the driver's programs run. On a node: in the agent's own namespaces. */
export interface Programs {
  /** Runs to the end, whatever the exit code. */
  run(argv: readonly string[], input: string): Promise<ProgramResult>;
  /** Starts a program that nobody waits for and that outlives the agent. */
  start(argv: readonly string[], input: string): void;
}

export interface ProgramResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export const localPrograms: Programs = {
  run: (argv, input) => runToEnd(argv, input),
  start: (argv, input) => {
    const child = spawn(argv[0] ?? "", argv.slice(1), { detached: true, stdio: ["pipe", "ignore", "ignore"] });
    // Nobody waits for it: that it could not start shows where its effect is missing.
    child.on("error", () => {});
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
    child.unref();
  },
};

function runToEnd(argv: readonly string[], input: string): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const child = spawn(argv[0] ?? "", argv.slice(1));
    const output: Buffer[] = [];
    const words: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => words.push(chunk));
    // A program that ends before it has read everything says why on its standard error.
    child.stdin.on("error", () => {});
    child.on("error", (error) => resolve({ code: 127, stdout: "", stderr: error.message }));
    child.on("close", (code) => {
      resolve({ code: code ?? 128, stdout: Buffer.concat(output).toString(), stderr: Buffer.concat(words).toString() });
    });
    child.stdin.end(input);
  });
}

/** An empty name: the host's own namespace. */
export function inNamespace(netns: string, argv: readonly string[]): readonly string[] {
  return netns === "" ? argv : ["ip", "netns", "exec", netns, ...argv];
}
