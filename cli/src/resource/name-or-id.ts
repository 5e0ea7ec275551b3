import { isUuid } from "@rhumbline/grpc";
import { CommandFailed } from "../errors/usage-error.ts";
import { meantProject } from "../session/identity.ts";
import type { Session } from "../session/session.ts";
import type { Resource } from "./resource.ts";

const shownAtMost = 10;

/** The id of what is called by its name or its id. Names are not unique: one that several have is refused.
 *  @throws {CommandFailed} */
export async function resolveId<T>(session: Session, resource: Resource<T>, nameOrId: string): Promise<string> {
  if (isUuid(nameOrId)) return nameOrId;
  const project = (resource.ofProjects ?? true) ? meantProject(session.settings) : undefined;
  // An administrator who acts in a project means its own before another's of the same name.
  const own =
    project === undefined ? [] : await listCalled(session, resource, nameOrId, equalTo("project_id", project));
  const ids = own.length > 0 ? own : await listCalled(session, resource, nameOrId);
  return chooseOnly(resource.title, nameOrId, ids);
}

/** The ids of what has this name, few more than are worth showing.
 *  @param condition that holds for them too. */
export async function listCalled<T>(
  session: Session,
  resource: Resource<T>,
  name: string,
  condition?: string,
): Promise<string[]> {
  const called = equalTo(resource.nameField, name);
  const found = await listWhere(session, resource, condition === undefined ? called : `${called} AND ${condition}`);
  return found.map(resource.idOf);
}

/** The first few that a filter lets through. */
export async function listWhere<T>(session: Session, resource: Resource<T>, filter: string): Promise<readonly T[]> {
  const { items } = await resource.list(session, {
    pageSize: shownAtMost + 1,
    pageToken: "",
    filter,
    orderBy: "",
    minPosition: session.services.position(),
    asOf: undefined,
  });
  return items;
}

/** @throws {CommandFailed} unless there is exactly one. */
export function chooseOnly(title: string, name: string, ids: readonly string[]): string {
  const [only, ...others] = ids;
  if (only === undefined) throw new CommandFailed(`no ${title} is called ${JSON.stringify(name)}, and it is no id`);
  if (others.length === 0) return only;
  const more = ids.length > shownAtMost ? ", …" : "";
  throw new CommandFailed(
    `several of kind ${title} are called ${JSON.stringify(name)}: give one of the ids ${ids.slice(0, shownAtMost).join(", ")}${more}`,
  );
}

/** A condition of https://google.aip.dev/160. */
export const equalTo = (field: string, value: string): string => `${field} = "${value.replace(/["\\]/g, "\\$&")}"`;
