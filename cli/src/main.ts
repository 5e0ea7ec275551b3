import { CommanderError } from "commander";
import { ServiceFailure } from "./errors/service-failure.ts";
import { CommandFailed, DifferencesFound, UsageError } from "./errors/usage-error.ts";
import { createProgram } from "./program.ts";

const exitCodes = { done: 0, failed: 1, usage: 2, different: 3 } as const;

async function main(argv: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync(argv);
    return exitCodes.done;
  } catch (error) {
    // Commander has said what there is to say.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    if (error instanceof DifferencesFound) return exitCodes.different;
    process.stderr.write(`rhumb: ${describe(error)}\n`);
    return error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
  }
}

function describe(error: unknown): string {
  if (error instanceof ServiceFailure || error instanceof CommandFailed || error instanceof UsageError)
    return error.message;
  return `a fault of rhumb's own: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

const code = await main(process.argv);
// What a library may still hold open is not worth waiting for: the result is out.
process.exit(code);
