import type { AsOf } from "@rhumbline/proto/rhumbline/service/v1/read";
import { type Command, InvalidArgumentError } from "commander";
import { UsageError } from "../errors/usage-error.ts";
import { printable } from "../output/printable.ts";
import type { Run } from "../run.ts";
import { meantProject } from "../session/identity.ts";
import type { Session } from "../session/session.ts";
import { type AsOfOptions, asOfFlag } from "./moment.ts";
import { change, type MutationOptions, waitFor, withMutationFlags } from "./mutation.ts";
import { equalTo, resolveId } from "./name-or-id.ts";
import type { Resource } from "./resource.ts";
import { itemLines, listLines, printData, wantsData } from "./show.ts";
import { printReading } from "./watch.ts";

/** `rhumb <resource> get`: the same for every resource. */
export function addGet<T>(group: Command, resource: Resource<T>, run: Run): void {
  group
    .command("get")
    .description(`show one ${resource.title}`)
    .argument(`<${resource.noun}>`, nameOrIdHelp(resource))
    .option(...watchFlag)
    .option(...asOfFlag)
    .action(
      run(async (session, nameOrId: string, { watch = false, asOf }: WatchOptions) => {
        if (watch) refuseEarlier(asOf);
        const id = await resolveId(session, resource, nameOrId, asOf);
        await printReading(session, watch, async (minPosition) => {
          const found = await resource.get(session, id, { minPosition, asOf });
          const content = found.item && resource.toJson(found.item);
          return { lines: itemLines(session, resource, found), content, position: found.position };
        });
      }),
    );
}

interface WatchOptions extends AsOfOptions {
  readonly watch?: boolean;
}

/** @throws {UsageError} */
function refuseEarlier(asOf: AsOf | undefined): void {
  if (asOf !== undefined) throw new UsageError("--watch shows what comes, --as-of what was: give one of them");
}

const watchFlag = ["-w, --watch", "print it again whenever it has changed, until Ctrl-C"] as const;

interface ListOptions extends WatchOptions {
  readonly filter: string;
  readonly sort: string;
  readonly limit?: number;
  readonly project?: string;
  readonly allProjects?: boolean;
}

/** `rhumb <resource> list`. */
export function addList<T>(group: Command, resource: Resource<T>, run: Run): void {
  const command = group
    .command("list")
    .description("show all, or those that a filter lets through")
    .option(
      "--filter <filter>",
      `like: ${resource.nameField} = "…" AND project_id != "…" (https://google.aip.dev/160)`,
      "",
    )
    .option("--sort <fields>", "like: name, create_time desc", "")
    .option("--limit <count>", "show no more than so many", wholeNumber)
    .option(...watchFlag)
    .option(...asOfFlag);
  if (resource.ofProjects ?? true) {
    command
      .option("--project <project>", "those of one project")
      .option("--all-projects", "an administrator: those of all projects, not of the one of --as-project alone");
  }
  command.action(
    run(async (session, options: ListOptions) => {
      if (options.watch) refuseEarlier(options.asOf);
      const filter = inProjects(resource, options, meantProject(session.settings));
      await printReading(session, options.watch ?? false, async (minPosition) => {
        const listed = await listAll(session, resource, { ...options, filter }, minPosition);
        const content = listed.items.map(resource.toJson);
        return { lines: listLines(session, resource, listed), content, position: listed.position };
      });
    }),
  );
}

/** The filter, with the projects whose things are asked for. @throws {UsageError} */
function inProjects<T>(
  { ofProjects = true }: Resource<T>,
  { filter, project, allProjects = false }: ListOptions,
  meant: string | undefined,
): string {
  if (allProjects && project !== undefined) throw new UsageError("--project and --all-projects exclude each other");
  const one = allProjects || !ofProjects ? undefined : (project ?? meant);
  const conditions = [filter, one === undefined ? "" : equalTo("project_id", one)];
  return conditions.filter((condition) => condition.trim() !== "").join(" AND ");
}

/** Page by page; all pages are of the first one's position or later. */
async function listAll<T>(
  session: Session,
  resource: Resource<T>,
  { filter, sort, limit, asOf }: ListOptions,
  atLeast: number,
) {
  const wanted = limit ?? Number.POSITIVE_INFINITY;
  const items: T[] = [];
  let position = 0;
  for (let pageToken = ""; ; ) {
    const pageSize = Math.min(wanted - items.length, 1_000);
    const minPosition = Math.max(atLeast, session.services.position());
    const query = { pageSize, pageToken, filter, orderBy: sort, minPosition, asOf };
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
        if (wantsData(session)) await printData(session, answer);
        if (session.settings.output === "name") await session.terminal.print(printable(nameOrId));
      }
    }),
  );
}

export const nameOrIdHelp = <T>({ nameField }: Resource<T>): string =>
  ({ name: "its name or its id", floating_ip_address: "its address or its id", id: "its id" })[nameField];
