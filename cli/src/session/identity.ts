import type { Identity } from "../config.ts";

/** The project that an administrator acts in, and means when he asks for a list: undefined for whom the services show
 *  no other project's things anyway, and where nobody was said to call. */
export function meantProject({ asProject, asRoles }: Identity): string | undefined {
  const isAdmin = asRoles?.split(",").some((role) => role.trim().toLowerCase() === "admin") ?? false;
  return isAdmin ? asProject : undefined;
}
