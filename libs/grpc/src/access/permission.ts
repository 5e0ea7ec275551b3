import { NotFound } from "@rhumbline/event-sourcing";
import { fullMethodName } from "../method.ts";
import { type Caller, isAdmin, roles } from "./caller.ts";
import { type Action, type Belonging, type Kind, policy, type Relation, visibility, type Who } from "./policy.ts";
import { Forbidden } from "./refusals.ts";

/** Whether the caller has the role that is asked for at least, whatever it is of. */
function hasRole(caller: Caller, { role }: Who): boolean {
  if (isAdmin(caller)) return true;
  if (role === "service") return caller.service !== undefined;
  return roles.indexOf(caller.role) >= roles.indexOf(role);
}

const stands: Readonly<Record<Relation, (caller: Caller, thing: Belonging) => boolean>> = {
  owner: ({ projectId }, thing) => thing.projectId === projectId,
  "network owner": ({ projectId }, thing) => thing.networkProjectId === projectId,
  shared: (_caller, thing) => thing.shared === true,
  external: (_caller, thing) => thing.external === true,
};

function allows(who: Who, caller: Caller, thing: Belonging | undefined): boolean {
  if (!hasRole(caller, who)) return false;
  if (isAdmin(caller) || !("of" in who) || thing === undefined) return true;
  return who.of.some((relation) => stands[relation](caller, thing));
}

/** Whether the caller may know of the thing. */
export const sees = (caller: Caller, kind: Kind, thing: Belonging): boolean => allows(visibility[kind], caller, thing);

/** Whether the caller may do this, to this thing. */
export const may = (caller: Caller, action: Action, thing?: Belonging): boolean =>
  allows(policy[action], caller, thing);

/** Lets a method of this path be called, before anything is looked at. A method that the policy does not name is an
 *  administrator's.
 *  @throws {Forbidden} */
export function requireMethod(caller: Caller, path: string): void {
  const action = fullMethodName(path);
  const who: Who = Object.hasOwn(policy, action) ? policy[action as Action] : { role: "admin" };
  if (hasRole(caller, who)) return;
  throw new Forbidden(
    action,
    `needs the role ${who.role}, and ${caller.user} has ${caller.role} in ${caller.projectId}`,
  );
}

/** @throws {Forbidden} the caller may not do so, whatever he sees. */
export function requirePermission(caller: Caller, action: Action, thing?: Belonging): void {
  if (!may(caller, action, thing)) throw new Forbidden(action, whoMay(policy[action]));
}

/** Lets the caller do something to a thing.
 *  @param thing undefined: there is none.
 *  @throws {NotFound} there is none, or he may not know of it: nobody can tell which.
 *  @throws {Forbidden} he sees it, but it is not for him to do. */
export function requirePermitted(
  caller: Caller,
  action: Action,
  { kind, id }: { readonly kind: Kind; readonly id: string },
  thing: Belonging | undefined,
): void {
  if (thing === undefined || !sees(caller, kind, thing)) throw new NotFound(kind, id);
  if (may(caller, action, thing)) return;
  const seen = `project ${caller.projectId} sees ${kind} ${id}, but it is another's`;
  throw new Forbidden(action, `${whoMay(policy[action])}; ${seen}`);
}

const whoMay = (who: Who): string =>
  "of" in who ? `is for its ${who.of.join(" or ")} only` : `needs the role ${who.role}`;
