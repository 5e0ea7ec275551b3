import { spawn } from "node:child_process";
import { Socket } from "node:net";
import type { ProgramResult, Programs } from "./programs.ts";
import { environment, Shell } from "./shell.ts";

/** In the agent's own namespaces. */
export const localPrograms: Programs = {
  run: runToEnd,
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

/** As many as are at work when the rules of many routers change. */
const mostKept = 8;
const kept: Shell[] = [];

async function runToEnd(argv: readonly string[], input: string): Promise<ProgramResult> {
  const shell = keptShell() ?? new Shell();
  let own: number | undefined;
  const result = await shell.run(argv, input, (processId) => {
    own = processId;
    ownPrograms.add(processId);
  });
  setTimeout(() => own !== undefined && ownPrograms.delete(own), toldWithinMs).unref();
  if (shell.isUsable && kept.length < mostKept) kept.push(shell);
  else shell.end();
  return result;
}

function keptShell(): Shell | undefined {
  for (let shell = kept.pop(); shell !== undefined; shell = kept.pop()) if (shell.isUsable) return shell;
  return undefined;
}
