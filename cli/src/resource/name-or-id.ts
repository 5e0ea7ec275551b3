import { isUuid } from "@rhumbline/grpc";
import { CommandFailed } from "../errors/usage-error.ts";
import type { Session } from "../session/session.ts";
import type { Resource } from "./resource.ts";

const shownAtMost = 10;

/** The id of what is called by its name or its id. Names are not unique: one that several have is refused.
 *  @throws {CommandFailed} */
export async function resolveId<T>(session: Session, resource: Resource<T>, nameOrId: string): Promise<string> {
  if (isUuid(nameOrId)) return nameOrId;
  const { items } = await resource.list(session, {
    pageSize: shownAtMost + 1,
    pageToken: "",
    filter: `${resource.nameField} = ${quoted(nameOrId)}`,
    orderBy: "",
    minPosition: session.services.position(),
    asOf: undefined,
  });
  return chooseOnly(resource.title, nameOrId, items.map(resource.idOf));
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

/** As a string of https://google.aip.dev/160. */
const quoted = (text: string): string => `"${text.replace(/["\\]/g, "\\$&")}"`;
