import { Argument, type Command, type Option } from "commander";
import { resourceCalledOrNone } from "../any-resource/resource-by-noun.ts";
import type { Resource } from "../resource/resource.ts";
import { nameOf } from "../resource/wide-columns.ts";
import { readContexts } from "../session/contexts.ts";
import type { Session } from "../session/session.ts";
import type { Typed } from "./typed-words.ts";

export interface Candidate {
  readonly text: string;
  readonly explanation?: string;
}

/** What may stand where the word is being typed. Undefined: the name of a file. */
export async function candidatesFor(session: Session, { command, is }: Typed): Promise<Candidate[] | undefined> {
  switch (is.kind) {
    case "command":
      return visibleCommands(command).map((sub) => ({ text: sub.name(), explanation: sub.description() }));
    case "flag":
      return flagsOf(command);
    case "value":
      return valuesOf(session, is.of, is.arguments);
    case "nothing":
      return [];
    default:
      return is satisfies never;
  }
}

const visibleCommands = (command: Command): readonly Command[] => command.createHelp().visibleCommands(command);

/** The command's own before those that every command has. */
function flagsOf(command: Command): Candidate[] {
  const help = command.createHelp();
  const options = [...help.visibleOptions(command), ...help.visibleGlobalOptions(command), ...globalOptions(command)];
  const flags = options.flatMap(({ long, description }) =>
    long === undefined ? [] : [{ text: long, explanation: description }],
  );
  return [...new Map(flags.map((flag) => [flag.text, flag])).values()];
}

function globalOptions(command: Command): readonly Option[] {
  return command.parent === null ? [] : [...command.parent.options, ...globalOptions(command.parent)];
}

async function valuesOf(session: Session, of: Option | Argument, before: readonly string[]) {
  if (of.argChoices !== undefined) return of.argChoices.map((text) => ({ text }));
  const what = of instanceof Argument ? of.name() : (/[<[]([^\].>]+)/.exec(of.flags)?.[1] ?? "");
  if (what === "file") return undefined;
  if (of.name() === "context" || what === "context") {
    return Object.keys((await readContexts(session.settings.contexts)).contexts).map((text) => ({ text }));
  }
  // Of commands that take any kind of resource, the first argument says which.
  const resource = resourceCalledOrNone(what === "name" ? (before[0] ?? "") : what);
  return resource === undefined ? [] : namesOf(session, resource);
}

const listedAtMost = 1_000;

/** As the service has them now; none where it can't be asked. */
async function namesOf(session: Session, resource: Resource<unknown>): Promise<Candidate[]> {
  const query = { pageSize: listedAtMost, pageToken: "", filter: "", orderBy: "", minPosition: 0, asOf: undefined };
  const { items } = await resource.list(session, query);
  return items.map((item) => ({ text: nameOf(resource, item, items), explanation: resource.idOf(item) }));
}
