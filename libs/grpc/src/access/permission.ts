import { NotFound } from "@rhumbline/event-sourcing";
import type { Call } from "../call.ts";
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

/** What the policy says; what it does not name is an administrator's. */
const whoMay = (action: string): Who => (Object.hasOwn(policy, action) ? policy[action as Action] : { role: "admin" });

/** Whether the caller may do this, to this thing. */
export const may = (caller: Caller, action: Action, thing?: Belonging): boolean =>
  allows(whoMay(action), caller, thing);

/** Lets a method of this path be called, before anything is looked at.
 *  @throws {Forbidden} */
export function requireMethod(caller: Caller, path: string): void {
  const action = fullMethodName(path);
  const who = whoMay(action);
  if (hasRole(caller, who)) return;
  throw new Forbidden(
    action,
    `needs the role ${who.role}, and ${caller.user} has ${caller.role} in ${caller.projectId}`,
  );
}

/** @throws {Forbidden} the caller may not do so, whatever he sees. */
export function requirePermission(caller: Caller, action: Action, thing?: Belonging): void {
  if (!may(caller, action, thing)) throw new Forbidden(action, described(whoMay(action)));
}

/** Lets a request set fields.
 *  @param isSet field as the policy names it → whether the request gives it another value than it has, or gets by itself.
 *  @param thing what the fields are of, where the policy asks whose that is.
 *  @throws {Forbidden} */
export function requireFields(
  caller: Caller,
  isSet: Readonly<Partial<Record<Action, boolean>>>,
  thing?: Belonging,
): void {
  for (const [field, set] of Object.entries(isSet)) if (set) requirePermission(caller, field as Action, thing);
}

interface Named {
  readonly kind: Kind;
  readonly id: string;
}

/** The thing, where the caller may do this to it.
 *  @param action undefined: the method called.
 *  @param found undefined: there is none.
 *  @throws {NotFound} there is none, or he may not know of it: nobody can tell which.
 *  @throws {Forbidden} he sees it, but it is not for him to do. */
export function requirePermitted<T>(
  { caller, definition }: Pick<Call, "caller" | "definition">,
  { kind, id }: Named,
  found: T | undefined,
  belonging: (found: T) => Belonging,
  action: Action = fullMethodName(definition.path) as Action,
): T {
  const thing = found === undefined ? undefined : belonging(found);
  if (found === undefined || thing === undefined || !sees(caller, kind, thing)) throw new NotFound(kind, id);
  if (may(caller, action, thing)) return found;
  const seen = `project ${caller.projectId} sees ${kind} ${id}, but it is another's`;
  throw new Forbidden(action, `${described(whoMay(action))}; ${seen}`);
}

const described = (who: Who): string =>
  "of" in who ? `is for its ${who.of.join(" or ")} only` : `needs the role ${who.role}`;
