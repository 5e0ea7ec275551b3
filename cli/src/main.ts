import { type Command, CommanderError } from "commander";
import { readTypedWords } from "./completion/typed-words.ts";
import { ServiceFailure } from "./errors/service-failure.ts";
import { usageComplaint } from "./errors/usage-complaint.ts";
import { CommandFailed, DifferencesFound, UsageError } from "./errors/usage-error.ts";
import { createProgram } from "./program.ts";

const exitCodes = { done: 0, failed: 1, usage: 2, different: 3 } as const;

async function main(argv: readonly string[]): Promise<number> {
  const program = createProgram();
  try {
    await program.parseAsync(argv);
    return exitCodes.done;
  } catch (error) {
    if (error instanceof CommanderError) return notUnderstood(error, program, argv.slice(2));
    if (error instanceof DifferencesFound) return exitCodes.different;
    process.stderr.write(`rhumb: ${describe(error)}\n`);
    return error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
  }
}

/** Help and the version have been printed: that is no failure, or said all that there is to say. */
function notUnderstood(error: CommanderError, program: Command, words: readonly string[]): number {
  if (error.exitCode === 0) return exitCodes.done;
  if (!error.code.startsWith("commander.help")) {
    const { command } = readTypedWords(program, [...words, ""]);
    process.stderr.write(`rhumb: ${usageComplaint(error, command, words)}\n`);
  }
  return exitCodes.usage;
}

function describe(error: unknown): string {
  if (error instanceof ServiceFailure || error instanceof CommandFailed || error instanceof UsageError)
    return error.message;
  return `a fault of rhumb's own: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

const code = await main(process.argv);
// What a library may still hold open is not worth waiting for: the result is out.
process.exit(code);
