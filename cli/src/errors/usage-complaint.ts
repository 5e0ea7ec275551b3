import type { Command, CommanderError } from "commander";
import { suggestion } from "./nearest.ts";

/** What commander found wrong with a command line, in rhumb's words: which word, and what would be accepted.
 *  @param command the one that was meant, as far as it could be told. @param words what was typed, without "rhumb". */
export function usageComplaint({ code, message }: CommanderError, command: Command, words: readonly string[]): string {
  const text = message.replace(/^error: /, "").replace(/\.$/, "");
  switch (code) {
    case "commander.unknownCommand":
      return noSuchCommand(command, quotedIn(text));
    case "commander.unknownOption":
      return noSuchFlag(command, quotedIn(text));
    case "commander.missingMandatoryOptionValue": {
      // Where another flag is mistyped, it is most likely the one that is missing.
      const mistyped = unknownFlag(command, words);
      return mistyped === undefined ? text + seeHelp(command) : noSuchFlag(command, mistyped);
    }
    case "commander.invalidArgument":
      return noSuchValue(text);
    case "commander.missingArgument":
    case "commander.optionMissingArgument":
    case "commander.excessArguments":
      return text + seeHelp(command);
    default:
      return text;
  }
}

const quotedIn = (text: string): string => /'(.*)'/s.exec(text)?.[1] ?? "";

function noSuchCommand(command: Command, typed: string): string {
  const names = command.commands.map((each) => each.name());
  const known = suggestion(typed, names) || `; it has ${names.join(", ")}`;
  return `${pathOf(command)} has no command ${JSON.stringify(typed)}${known}`;
}

const noSuchFlag = (command: Command, typed: string): string =>
  `${pathOf(command)} has no flag ${typed}${suggestion(typed, flagsOf(command)) || seeHelp(command)}`;

/** Commander says it of a flag, of a variable that stands for one, and of an argument. */
function noSuchValue(text: string): string {
  const ofFlag = /^option '.*?(--[a-z0-9-]+).*?' (?:argument|value) '(.*)'(?: from env '(\w+)')? is invalid\. (.*)$/s;
  const ofArgument = /^command-argument value '(.*)' is invalid for argument '(.*?)'\. (.*)$/s;
  const [, flag, given, variable, accepted] = ofFlag.exec(text) ?? [];
  if (given !== undefined) return valueRefused(given, variable ?? flag ?? "", accepted ?? "");
  const [, value, argument, accepts] = ofArgument.exec(text) ?? [];
  return value === undefined ? text : valueRefused(value, `<${argument}>`, accepts ?? "");
}

function valueRefused(given: string, of: string, accepted: string): string {
  const choices = /^Allowed choices are (.*)$/.exec(accepted)?.[1];
  const what = choices === undefined ? accepted : `accepted are ${choices}${suggestion(given, choices.split(", "))}`;
  return `${JSON.stringify(given)} is no value of ${of}: ${what}`;
}

function unknownFlag(command: Command, words: readonly string[]): string | undefined {
  const known = flagsOf(command);
  return words.flatMap((word) => /^--[a-z0-9-]+/.exec(word)?.[0] ?? []).find((flag) => !known.includes(flag));
}

/** A command's own, and those of all commands. */
function flagsOf(command: Command): string[] {
  const own = command.options.flatMap(({ long }) => long ?? []);
  return command.parent === null ? [...own, "--help"] : [...own, ...flagsOf(command.parent)];
}

const seeHelp = (command: Command): string => `; ${pathOf(command)} --help tells what it takes`;

const pathOf = (command: Command): string =>
  command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
