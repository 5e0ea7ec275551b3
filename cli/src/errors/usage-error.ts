/** The command line asks for something that can't be meant. Ends with code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The command was understood and did not succeed. Ends with code 1. */
export class CommandFailed extends Error {
  override readonly name = "CommandFailed";
}
