import { type Command, InvalidArgumentError } from "commander";
import { UsageError } from "../errors/usage-error.ts";
import type { Run } from "../run.ts";
import type { Session } from "../session/session.ts";
import { change, type MutationOptions, waitFor, withMutationFlags } from "./mutation.ts";
import { resolveId } from "./name-or-id.ts";
import type { Resource } from "./resource.ts";
import { printItem, printJson, printTable } from "./show.ts";

/** `rhumb <resource> get`: the same for every resource. */
export function addGet<T>(group: Command, resource: Resource<T>, run: Run): void {
  group
    .command("get")
    .description(`show one ${resource.title}`)
    .argument(`<${resource.noun}>`, nameOrIdHelp(resource))
    .action(
      run(async (session, nameOrId: string) => {
        const id = await resolveId(session, resource, nameOrId);
        await printItem(session, resource, await resource.get(session, id, session.services.position()));
      }),
    );
}

interface ListOptions {
  readonly filter: string;
  readonly sort: string;
  readonly limit?: number;
}

/** `rhumb <resource> list`. */
export function addList<T>(group: Command, resource: Resource<T>, run: Run): void {
  group
    .command("list")
    .description("show all, or those that a filter lets through")
    .option(
      "--filter <filter>",
      `like: ${resource.nameField} = "…" AND project_id != "…" (https://google.aip.dev/160)`,
      "",
    )
    .option("--sort <fields>", "like: name, create_time desc", "")
    .option("--limit <count>", "show no more than so many", wholeNumber)
    .action(
      run(async (session, options: ListOptions) => {
        const { items, position } = await listAll(session, resource, options);
        if (session.settings.output === "table") return printTable(session, items, resource.columns);
        const answer = { [resource.pluralField]: items.map(resource.toJson), position };
        return printJson(session, answer);
      }),
    );
}

/** Page by page; all pages are of the first one's position or later. */
async function listAll<T>(session: Session, resource: Resource<T>, { filter, sort, limit }: ListOptions) {
  const wanted = limit ?? Number.POSITIVE_INFINITY;
  const items: T[] = [];
  let position = 0;
  for (let pageToken = ""; ; ) {
    const pageSize = Math.min(wanted - items.length, 1_000);
    const minPosition = session.services.position();
    const query = { pageSize, pageToken, filter, orderBy: sort, minPosition, asOf: undefined };
    const page = await resource.list(session, query);
    items.push(...page.items);
    position = page.position;
    pageToken = page.nextPageToken;
    if (pageToken === "" || items.length >= wanted) return { items, position };
  }
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("accepted is a whole number above zero.");
  return Number(text);
}

/** `rhumb <resource> delete`. */
export function addDelete<T>(group: Command, resource: Resource<T>, run: Run): void {
  const command = group
    .command("delete")
    .description(`delete one ${resource.title} or several, one after the other`)
    .argument(`<${resource.noun}...>`, nameOrIdHelp(resource));
  withMutationFlags(command, resource).action(
    run(async (session, namesOrIds: readonly string[], options: MutationOptions) => {
      if (options.requestId !== undefined && namesOrIds.length > 1)
        throw new UsageError("--request-id names one request: delete one at a time with it");
      for (const nameOrId of namesOrIds) {
        const id = await resolveId(session, resource, nameOrId);
        const answer = await change(options, (fields) => resource.remove(session, { id, etag: "", ...fields }));
        await waitFor(session, resource, id, answer.position, options);
        if (session.settings.output === "json") await printJson(session, answer);
      }
    }),
  );
}

export const nameOrIdHelp = <T>({ nameField }: Resource<T>): string =>
  nameField === "name" ? "its name or its id" : "its address or its id";
