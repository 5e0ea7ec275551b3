import type { Command } from "commander";
import { UsageError } from "../errors/usage-error.ts";

/** What people say of a thing: flags that most resources have. A name is an argument where the thing is made. */
export interface DescribedOptions {
  readonly name?: string;
  readonly description?: string;
  /** False: --no-tag. */
  readonly tag?: readonly string[] | false;
}

export const descriptionFlag = ["--description <text>", "what people say of it"] as const;

/** Of what is made; whose it stays. */
export const projectFlag = ["--project <project>", "whose it is to be: the caller's own when absent"] as const;

export function withDescribedFlags(command: Command): Command {
  return command
    .option(...descriptionFlag)
    .option("--tag <tag>", "may be repeated; all tags there are to be", collect)
    .option("--no-tag", "no tags");
}

export const withNameFlag = (command: Command): Command =>
  command.option("--name <name>", "what people call it; need not be unique");

export interface AdminStateOptions {
  readonly enable?: boolean;
  readonly disable?: boolean;
}

export function withAdminStateFlags(command: Command): Command {
  return command.option("--enable", "administratively up").option("--disable", "administratively down");
}

/** Undefined where neither was said. @throws {UsageError} */
export function adminStateUp({ enable, disable }: AdminStateOptions): boolean | undefined {
  if (enable && disable) throw new UsageError("--enable and --disable exclude each other");
  return enable ? true : disable ? false : undefined;
}

/** Parser of an option that may be repeated.
 *  @param before a boolean where its `--no-` twin has spoken. */
export const collect = (value: string, before: readonly string[] | boolean = []): string[] => [
  ...(typeof before === "boolean" ? [] : before),
  value,
];

/** All that an option that may be repeated was given; nothing where its `--no-` twin was. */
export const repeated = <T>(values: readonly T[] | false | undefined): readonly T[] | undefined =>
  values === false ? [] : values;

type Given<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

/** The fields that have a value: what the command line says of a resource, and nothing else. */
export function given<T extends object>(fields: T): Given<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;
}

/** The update mask of these changes. @throws {UsageError} there are none. */
export function maskOf(changes: object): string[] {
  const paths = Object.keys(changes).map((name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
  if (paths.length === 0) throw new UsageError("nothing to set: say what is to be changed (--help lists what can be)");
  return paths;
}

/** "NETWORK_STATUS_ACTIVE" → "ACTIVE"; nothing for what is not specified. */
export function enumText(value: string, prefix: string): string {
  const text = value.slice(prefix.length);
  return text === "UNSPECIFIED" ? "" : text;
}
