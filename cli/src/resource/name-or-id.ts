import { isUuid } from "@rhumbline/grpc";
import type { AsOf } from "@rhumbline/proto/rhumbline/service/v1/read";
import { suggestion } from "../errors/nearest.ts";
import { CommandFailed } from "../errors/usage-error.ts";
import { meantProject } from "../session/identity.ts";
import type { Session } from "../session/session.ts";
import type { ListQuery, Resource } from "./resource.ts";
import { nameOf } from "./wide-columns.ts";

const shownAtMost = 10;

/** The id of what is called by its name or its id. Names are not unique: one that several have is refused.
 *  @param asOf when it was called so; absent: at present.
 *  @throws {CommandFailed} */
export async function resolveId<T>(
  session: Session,
  resource: Resource<T>,
  nameOrId: string,
  asOf?: AsOf,
): Promise<string> {
  if (isUuid(nameOrId)) return nameOrId;
  const project = (resource.ofProjects ?? true) ? meantProject(session.settings) : undefined;
  // An administrator who acts in a project means its own before another's of the same name.
  const own =
    project === undefined ? [] : await listCalled(session, resource, nameOrId, equalTo("project_id", project), asOf);
  const ids = own.length > 0 ? own : await listCalled(session, resource, nameOrId, undefined, asOf);
  return onlyCalled(session, resource, nameOrId, ids);
}

/** The only one of those that a name was found to mean; where there is none, names that are near are suggested.
 *  @throws {CommandFailed} */
export async function onlyCalled<T>(
  session: Session,
  resource: Resource<T>,
  name: string,
  ids: readonly string[],
): Promise<string> {
  return chooseOnly(resource.title, name, ids, ids.length > 0 ? [] : await namesOf(session, resource));
}

const lookedAtMost = 1_000;

/** What those are called that the caller can see, as far as it is worth to look: to suggest them. */
export async function namesOf<T>(session: Session, resource: Resource<T>): Promise<string[]> {
  const { items } = await resource.list(session, everything(session, "", lookedAtMost));
  return items.map((item) => nameOf(resource, item, items));
}

/** The ids of what has this name, few more than are worth showing.
 *  @param condition that holds for them too. */
export async function listCalled<T>(
  session: Session,
  resource: Resource<T>,
  name: string,
  condition?: string,
  asOf?: AsOf,
): Promise<string[]> {
  const called = equalTo(resource.nameField, name);
  const filter = condition === undefined ? called : `${called} AND ${condition}`;
  const found = await listWhere(session, resource, filter, asOf);
  return found.map(resource.idOf);
}

/** The first few that a filter lets through. */
export async function listWhere<T>(
  session: Session,
  resource: Resource<T>,
  filter: string,
  asOf?: AsOf,
): Promise<readonly T[]> {
  return (await resource.list(session, { ...everything(session, filter, shownAtMost + 1), asOf })).items;
}

const everything = ({ services }: Session, filter: string, pageSize: number): ListQuery => ({
  pageSize,
  pageToken: "",
  filter,
  orderBy: "",
  minPosition: services.position(),
  asOf: undefined,
});

/** @param names what others are called, one of which may be meant where there is none.
 *  @throws {CommandFailed} unless there is exactly one. */
export function chooseOnly(title: string, name: string, ids: readonly string[], names: readonly string[] = []): string {
  const [only, ...others] = ids;
  if (only === undefined) {
    const nothing = `no ${title} is called ${JSON.stringify(name)}, and it is no id`;
    throw new CommandFailed(nothing + suggestion(name, names));
  }
  if (others.length === 0) return only;
  const more = ids.length > shownAtMost ? ", …" : "";
  throw new CommandFailed(
    `several of kind ${title} are called ${JSON.stringify(name)}: give one of the ids ${ids.slice(0, shownAtMost).join(", ")}${more}`,
  );
}

/** A condition of https://google.aip.dev/160. */
export const equalTo = (field: string, value: string): string => `${field} = "${value.replace(/["\\]/g, "\\$&")}"`;
