import { isUuid } from "@rhumbline/grpc";
import { listCalled, onlyCalled } from "../resource/name-or-id.ts";
import type { Resource } from "../resource/resource.ts";
import type { Session } from "../session/session.ts";
import { collect } from "./entries.ts";

/** The id of what has this name or, where nothing has it any more, of what was made with it: history outlives what it is of.
 *  @throws {CommandFailed} */
export async function resolveEver<T>(session: Session, resource: Resource<T>, nameOrId: string): Promise<string> {
  if (isUuid(nameOrId)) return nameOrId;
  const now = await listCalled(session, resource, nameOrId);
  if (now.length > 0) return onlyCalled(session, resource, nameOrId, now);
  const type = `${resource.field.charAt(0).toUpperCase()}${resource.field.slice(1)}Created`;
  const made = await collect(session, `kind = "${resource.field}" AND type = "${type}"`, 0);
  const called = made.filter(({ dataJson }) => {
    const { name, floatingIpAddress } = (JSON.parse(dataJson) as Created)[resource.field] ?? {};
    return name === nameOrId || floatingIpAddress === nameOrId;
  });
  return onlyCalled(
    session,
    resource,
    nameOrId,
    called.map(({ resourceId }) => resourceId),
  );
}

type Created = Readonly<Record<string, { readonly name?: string; readonly floatingIpAddress?: string } | undefined>>;
