import { CommandFailed } from "./usage-error.ts";

/** A file that can't be read or written is the caller's to mend: "/etc/shop.yaml: no such file or directory". */
export function asFileError(error: unknown): never {
  if (!(error instanceof Error && "syscall" in error)) throw error;
  const [, words, path] = /^[A-Z0-9]+: ([^,]+), \w+(?: '(.*)')?$/.exec(error.message) ?? [];
  const told = words === undefined ? error.message : path === undefined ? words : `${path}: ${words}`;
  throw new CommandFailed(told, { cause: error });
}
