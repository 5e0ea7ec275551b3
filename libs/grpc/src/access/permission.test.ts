import { describe, expect, test } from "vitest";
import type { Caller, Role } from "./caller.ts";
import { may, requireMethod, requirePermitted, sees } from "./permission.ts";
import { type Action, type Belonging, type Kind, policy, visibility, type Who } from "./policy.ts";

const caller = (role: Role, projectId = "p1", service?: string): Caller => ({ user: "u", projectId, role, service });
const things: readonly Belonging[] = [
  { projectId: "p1" },
  { projectId: "p2" },
  { projectId: "p2", networkProjectId: "p1" },
  { projectId: "p2", networkProjectId: "p2", shared: true },
  { projectId: "p2", networkProjectId: "p2", external: true },
];
/** What of the things above each relation is of, for a caller in p1. */
const related: Readonly<Record<string, readonly boolean[]>> = {
  owner: [true, false, false, false, false],
  "network owner": [false, false, true, false, false],
  shared: [false, false, false, true, false],
  external: [false, false, false, false, true],
};

/** By role, whether it may: of each of the things. Written out again, so that the rules are not their own judge. */
function expected(who: Who, role: Role): boolean[] {
  if (role === "admin") return things.map(() => true);
  const enough = who.role === "reader" || (who.role === "member" && role === "member");
  const of: readonly string[] | undefined = "of" in who ? who.of : undefined;
  return things.map((_, i) => enough && (of === undefined || of.some((relation) => related[relation]?.[i])));
}

describe.each(Object.entries(policy) as [Action, Who][])("%s", (action, who) => {
  test.each(["reader", "member", "admin"] as const)("as %s", (role) => {
    expect(things.map((thing) => may(caller(role), action, thing))).toEqual(expected(who, role));
  });
});

test.each(Object.entries(visibility) as [Kind, Who][])(
  "%s: seen by its own project and whom else the row names",
  (kind, who) => {
    expect(things.map((thing) => sees(caller("reader"), kind, thing))).toEqual(expected(who, "reader"));
    expect(sees(caller("admin", "p9"), kind, { projectId: "p1" })).toBe(true);
  },
);

test("whoever may change a thing sees it", () => {
  for (const [action, who] of Object.entries(policy) as [Action, Who][]) {
    const kind = { Network: "network", Subnet: "subnet", SubnetPool: "subnet pool", Port: "port" }[
      action.split("Service.")[0] ?? ""
    ];
    if (kind === undefined || !("of" in who)) continue;
    for (const thing of things)
      if (may(caller("member"), action, thing)) expect(sees(caller("member"), kind as Kind, thing)).toBe(true);
  }
});

const path = (method: string): string => `/rhumbline.topology.v1.${method.replace(".", "/")}`;

test("a method is let through by role alone, and one that has no row is an administrator's", () => {
  requireMethod(caller("reader"), path("NetworkService.ListNetworks"));
  requireMethod(caller("member"), path("NetworkService.DeleteNetwork"));
  expect(() => requireMethod(caller("reader"), path("NetworkService.DeleteNetwork"))).toThrow(
    "NetworkService.DeleteNetwork needs the role member, and u has reader in p1",
  );
  expect(() => requireMethod(caller("member"), path("NetworkService.Whatever"))).toThrow("needs the role admin");
  requireMethod(caller("admin"), path("NetworkService.Whatever"));
  expect(() => requireMethod(caller("member"), path("AllocationService.Allocate"))).toThrow("needs the role service");
  requireMethod(caller("member", "p1", "topology"), path("AllocationService.Allocate"));
});

test("what is not seen is told apart from nothing by nobody", () => {
  const named = { kind: "network", id: "n1" } as const;
  const definition = { path: path("NetworkService.UpdateNetwork") } as never;
  const refusal = (thing: Belonging | undefined): unknown => {
    try {
      return requirePermitted({ caller: caller("member"), definition }, named, thing, (found) => found);
    } catch (error) {
      return { ...(error as Error), message: (error as Error).message };
    }
  };
  expect(refusal({ projectId: "p2" })).toEqual(refusal(undefined));
  expect(refusal({ projectId: "p2", shared: true })).toMatchObject({ reason: "FORBIDDEN" });
  expect(refusal({ projectId: "p1" })).toEqual({ projectId: "p1" });
});
