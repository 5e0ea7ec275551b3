import type { Command } from "commander";
import { resourceArgument, resourceCalled } from "../any-resource/resource-by-noun.ts";
import { nodeResource } from "../commands/node-resource.ts";
import { CommandFailed } from "../errors/usage-error.ts";
import { printable } from "../output/printable.ts";
import { printData, wantsData } from "../resource/show.ts";
import type { Run } from "../run.ts";
import type { Session } from "../session/session.ts";
import { type Entry, entriesOf } from "./entries.ts";
import { resolveEver } from "./ever-called.ts";
import type { Operation } from "./node-work.ts";

/** `rhumb history`: who wanted what of a resource, when, and what each node then did. */
export function addHistoryCommand(program: Command, run: Run): void {
  program
    .command("history")
    .description(
      "every change of one resource: who, when, field by field, and what each node did; also of a deleted one",
    )
    .addArgument(resourceArgument())
    .argument("<name>", "its name (a floating IP's address) or its id")
    .action(
      run(async (session, noun: string, nameOrId: string) => {
        const resource = resourceCalled(noun);
        const id = await resolveEver(session, resource, nameOrId);
        const entries = await entriesOf(session, resource, id);
        if (entries.length === 0) throw new CommandFailed(`the log has no event of ${resource.title} ${id}`);
        if (wantsData(session)) return printData(session, { [resource.field]: id, entries: entries.map(asJson) });
        const names = await nodeNames(session, entries);
        for (const line of entries.flatMap((entry) => linesOf(entry, names, session.settings.output))) {
          await session.terminal.print(printable(line));
        }
      }),
    );
}

async function nodeNames(session: Session, entries: readonly Entry[]): Promise<ReadonlyMap<string, string>> {
  if (!entries.some(({ work }) => work !== undefined)) return new Map();
  const query = { pageSize: 1_000, pageToken: "", filter: "", orderBy: "", minPosition: 0, asOf: undefined };
  const { items } = await nodeResource.list(session, query);
  return new Map(items.map(({ id, name }) => [id, name]));
}

function linesOf({ event, changes, work }: Entry, names: ReadonlyMap<string, string>, format: string): string[] {
  if (format === "name") return [event.id];
  const head = `${event.time?.toISOString() ?? ""}  ${String(event.position).padStart(10)}  `;
  if (work === undefined) {
    const request = format === "wide" && event.requestId !== "" ? `, request ${event.requestId}` : "";
    return [
      `${head}${event.type} by ${event.actor}${request}`,
      ...changes.map(({ field, from, to }) =>
        from === undefined ? `    ${field}: ${to}` : `    ${field}: ${from} → ${to ?? "none"}`,
      ),
    ];
  }
  const position = work.position === undefined ? "" : `, as of position ${work.position}`;
  return [
    `${head}node ${names.get(work.nodeId) ?? work.nodeId}: ${work.trigger}${position}`,
    ...work.operations.flatMap(operationLines),
    ...(work.error === "" ? [] : [`    error: ${work.error}`]),
  ];
}

/** What changes rules has a line for each of them. */
function operationLines({ text, outcome, error }: Operation): string[] {
  const [first = "", ...more] = text.split("\n");
  const head = [...(outcome === "done" ? [] : [outcome]), first, ...(error === "" ? [] : [error])].join(": ");
  return [head, ...more].map((line) => `    ${line}`);
}

const asJson = ({ event, changes, work }: Entry): object => ({
  position: event.position,
  id: event.id,
  time: event.time?.toISOString(),
  type: event.type,
  actor: event.actor,
  requestId: event.requestId || undefined,
  correlationId: event.correlationId,
  ...(work === undefined ? { changes } : { work }),
});
