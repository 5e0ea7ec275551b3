import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { Socket } from "node:net";
import type { ProgramResult } from "./programs.ts";
import { quoted } from "./quoted.ts";
import { SaidByProgram } from "./said-by-program.ts";

/** Their words are read: they come untranslated. */
export const environment = (): NodeJS.ProcessEnv => ({ ...process.env, LC_ALL: "C" });

/** None takes so long on a kernel that answers; one that hangs must not keep every router waiting. */
const longestRunMs = 120_000;

interface Running {
  readonly argv: readonly string[];
  readonly output: SaidByProgram;
  readonly words: SaidByProgram;
  readonly started: (processId: number) => void;
  readonly ended: (result: ProgramResult) => void;
}

/** Starts programs for the agent, one after the other. One that the agent started itself would be a copy of it first: of its
 *  memory, and of all its open files. Whoever closes a packet socket last waits for the kernel, 10 ms and more, and that would be the
 *  copy, with the agent waiting for it. */
export class Shell {
  /** Nothing that a program is told, or says, has it in it. */
  readonly #mark = `--- ${randomUUID()} ---`;
  readonly #child: ChildProcess;
  readonly #pipes: readonly Socket[];
  #running: Running | undefined;
  #processId: number | undefined;
  #isUsable = true;

  constructor() {
    this.#child = spawn("sh", ["-s"], { env: environment(), stdio: "pipe" });
    const { stdin, stdout, stderr } = this.#child;
    this.#pipes = [stdin, stdout, stderr].filter((pipe) => pipe instanceof Socket);
    stdout?.on("data", (chunk: Buffer) => this.#hearOutput(chunk));
    stderr?.on("data", (chunk: Buffer) => this.#hearWords(chunk));
    // One that is gone takes no more; that is told by its end.
    stdin?.on("error", () => {});
    this.#child.on("error", (error) => this.#gone(127, error.message));
    this.#child.on("close", (code, signal) => this.#gone(code ?? 128, `the shell was ended by ${signal ?? "itself"}`));
    this.#letAgentEnd(true);
  }

  /** Whether it can start another one. */
  get isUsable(): boolean {
    return this.#isUsable;
  }

  /** To the end, whatever the exit code. Not to be called while one runs.
   *  @param started told of the program's process id, before it does anything. */
  run(argv: readonly string[], input: string, started: (processId: number) => void): Promise<ProgramResult> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#endHanging(), longestRunMs);
      const ended = (result: ProgramResult): void => {
        clearTimeout(timer);
        this.#letAgentEnd(true);
        this.#running = undefined;
        this.#processId = undefined;
        resolve(result);
      };
      const [output, words] = [new SaidByProgram(this.#mark), new SaidByProgram(this.#mark)];
      this.#running = { argv, output, words, started, ended };
      this.#letAgentEnd(false);
      this.#child.stdin?.write(scriptOf(argv, input, this.#mark));
    });
  }

  /** Once what runs has ended. */
  end(): void {
    this.#isUsable = false;
    this.#child.stdin?.end();
  }

  #hearOutput(chunk: Buffer): void {
    if (this.#running === undefined) return;
    const { output, started } = this.#running;
    if (this.#processId === undefined) {
      // Written at once, and before all else: so it comes in one piece.
      const end = chunk.indexOf("\n");
      this.#processId = Number(chunk.subarray(0, end));
      started(this.#processId);
      output.add(chunk.subarray(end + 1));
    } else {
      output.add(chunk);
    }
    this.#endIfSaid(this.#running);
  }

  #hearWords(chunk: Buffer): void {
    if (this.#running === undefined) return;
    this.#running.words.add(chunk);
    this.#endIfSaid(this.#running);
  }

  #endIfSaid({ output, words, ended }: Running): void {
    const { code } = output;
    if (code !== undefined && words.code !== undefined) ended({ code, stdout: output.text, stderr: words.text });
  }

  /** What it started may go on saying something: this shell is used no more. */
  #endHanging(): void {
    this.#isUsable = false;
    this.#child.kill("SIGKILL");
    if (this.#processId !== undefined) endProcess(this.#processId);
  }

  #gone(code: number, why: string): void {
    this.#isUsable = false;
    const { argv, words, ended } = this.#running ?? {};
    ended?.({ code, stdout: "", stderr: `${words?.text ?? ""}${argv?.join(" ")}: ${why}` });
  }

  /** Whether the agent's end need not wait for it. */
  #letAgentEnd(may: boolean): void {
    for (const each of [this.#child, ...this.#pipes]) may ? each.unref() : each.ref();
  }
}

/** It says its process id first: what stands in for the program until then is the same process. */
const scriptOf = (argv: readonly string[], input: string, mark: string): string => `(
  read -r id rest </proc/self/stat
  echo "$id"
  exec ${argv.map(quoted).join(" ")}
) <<'${mark}'
${input === "" || input.endsWith("\n") ? input : `${input}\n`}${mark}
code=$?
printf '\\n%s %d\\n' '${mark}' "$code"
printf '\\n%s %d\\n' '${mark}' "$code" >&2
`;

function endProcess(processId: number): void {
  try {
    process.kill(processId, "SIGKILL");
  } catch {
    // It ended just now.
  }
}
