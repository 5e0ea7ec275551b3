/** The command line asks for something that can't be meant. Ends with code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The command was understood and did not succeed. Ends with code 1. */
export class CommandFailed extends Error {
  override readonly name = "CommandFailed";
}

/** The command did what was asked and found differences. Ends with code 3, and says no more. */
export class DifferencesFound extends Error {
  override readonly name = "DifferencesFound";
}
