import { setTimeout as pause } from "node:timers/promises";
import { Argument, type Command } from "commander";
import { ServiceFailure } from "../errors/service-failure.ts";
import { CommandFailed } from "../errors/usage-error.ts";
import { printable } from "../output/printable.ts";
import type { Run } from "../run.ts";
import { type Candidate, candidatesFor } from "./candidates.ts";
import { type Shell, scripts, shells } from "./scripts.ts";
import { readTypedWords, type Typed } from "./typed-words.ts";

/** `rhumb completion`: what a shell needs to complete commands, flags, and the names of what there is. */
export function addCompletionCommands(program: Command, run: Run): void {
  program
    .command("completion")
    .description("print what a shell loads to complete commands, flags and names: source <(rhumb completion bash)")
    .addArgument(new Argument("<shell>").choices(shells))
    .action((shell: Shell) => void process.stdout.write(scripts[shell]));
  program
    .command("__complete", { hidden: true })
    .argument("[words...]")
    .action(async (words: readonly string[], _options: unknown, command: Command) => {
      const typed = readTypedWords(program, words);
      saidGlobally(program, typed);
      await run(async (session) => {
        // A shell that waits is worse than one that has nothing to offer.
        const found = await Promise.race([
          candidatesFor(session, typed),
          pause(answerWithinMs, [], { ref: false }),
        ]).catch(nothingWhereNobodyAnswers);
        if (found === undefined) return session.terminal.print(":files");
        for (const line of linesOf(found, typed)) await session.terminal.print(line);
      })(command);
    });
}

const answerWithinMs = 3_000;

/** What was typed of where the services are holds for the asking too. */
function saidGlobally(program: Command, { globals }: Typed): void {
  for (const { option, value } of globals) {
    if (value === undefined) continue;
    const parsed: unknown = option.parseArg === undefined ? value : option.parseArg(value, undefined as never);
    program.setOptionValueWithSource(option.attributeName(), parsed, "cli");
  }
}

function nothingWhereNobodyAnswers(error: unknown): Candidate[] {
  if (error instanceof ServiceFailure || error instanceof CommandFailed) return [];
  throw error;
}

function linesOf(found: readonly Candidate[], { prefix, before }: Typed): string[] {
  return found
    .filter(({ text }) => text.startsWith(prefix))
    .map(({ text, explanation }) => {
      const said = printable(explanation ?? "");
      return `${before}${printable(text)}${said === "" ? "" : `\t${said}`}`;
    });
}
