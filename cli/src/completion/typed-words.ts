import type { Argument, Command, Option } from "commander";

/** Where the word stands that is being typed. */
export interface Typed {
  readonly command: Command;
  /** What its beginning looks like: of an option's value given as `--flag=value`, that of the value. */
  readonly prefix: string;
  /** What stands before the prefix in the same word: "--flag=". */
  readonly before: string;
  /** What it is: a value of this option or this argument, the name of a flag, or of a subcommand. */
  readonly is:
    | { readonly kind: "value"; readonly of: Option | Argument; readonly arguments: readonly string[] }
    | { readonly kind: "flag" }
    | { readonly kind: "command" }
    | { readonly kind: "nothing" };
  /** Global options that were typed, with their values. */
  readonly globals: readonly { readonly option: Option; readonly value: string | undefined }[];
}

/** Reads the words of an unfinished command line as commander would.
 *  @param words without "rhumb"; the last is being typed, and may be empty. */
export function readTypedWords(program: Command, words: readonly string[]): Typed {
  const done = joinedByEqualSigns(words);
  const current = done.pop() ?? "";
  let command = program;
  const values: string[] = [];
  const globals: { option: Option; value: string | undefined }[] = [];
  let awaiting: Option | undefined;
  for (const word of done) {
    if (awaiting !== undefined) {
      if (program.options.includes(awaiting)) globals.push({ option: awaiting, value: word });
      awaiting = undefined;
      continue;
    }
    if (word.startsWith("-")) {
      const [flag = "", value] = word.split(/=(.*)/s);
      const option = optionCalled(command, flag);
      if (option !== undefined && value === undefined && option.required) awaiting = option;
      else if (option !== undefined && program.options.includes(option)) globals.push({ option, value });
      continue;
    }
    const next = command.commands.find((candidate) => candidate.name() === word || candidate.aliases().includes(word));
    if (next !== undefined && values.length === 0) command = next;
    else values.push(word);
  }
  return { command, globals, ...meaningOf(current, command, awaiting, values) };
}

function meaningOf(
  current: string,
  command: Command,
  awaiting: Option | undefined,
  values: readonly string[],
): Pick<Typed, "prefix" | "before" | "is"> {
  if (awaiting !== undefined) return { prefix: current, before: "", is: value(awaiting, values) };
  const [, flag, rest] = /^(--[^=]+)=(.*)$/s.exec(current) ?? [];
  if (flag !== undefined && rest !== undefined) {
    const option = optionCalled(command, flag);
    return { prefix: rest, before: `${flag}=`, is: option === undefined ? { kind: "nothing" } : value(option, values) };
  }
  const word = { prefix: current, before: "" };
  if (current.startsWith("-")) return { ...word, is: { kind: "flag" } };
  if (command.commands.length > 0 && values.length === 0) return { ...word, is: { kind: "command" } };
  const { registeredArguments } = command;
  const last = registeredArguments.at(-1);
  const argument = registeredArguments[values.length] ?? (last?.variadic ? last : undefined);
  return { ...word, is: argument === undefined ? { kind: "nothing" } : value(argument, values) };
}

const value = (of: Option | Argument, values: readonly string[]) => ({ kind: "value", of, arguments: values }) as const;

/** bash takes `--flag=value` apart. */
function joinedByEqualSigns(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (const [i, word] of words.entries()) {
    const glued = joined.length > 0 && (word === "=" || (words[i - 1] === "=" && joined.at(-1)?.startsWith("--")));
    if (glued) joined.push(`${joined.pop()}${word}`);
    else joined.push(word);
  }
  return joined;
}

/** Of a command, or of one that it is below. */
function optionCalled(command: Command, flag: string): Option | undefined {
  for (let at: Command | null = command; at !== null; at = at.parent) {
    const found = at.options.find(({ short, long }) => short === flag || long === flag);
    if (found !== undefined) return found;
  }
  return undefined;
}
