import { expect, test } from "vitest";
import { emptyState } from "../read-model/state.ts";
import { evolveScope } from "../scope/evolve.ts";
import { absentScope, type Scope } from "../scope/state.ts";
import { heldAllocations } from "./held-allocations.ts";

function scopeOf(scopeId: string, owners: readonly string[]): Scope {
  const opened = { scopeId, projectId: "p", shared: false, ipv4Only: false, external: false };
  const stamp = { revision: 0, timeMs: 7 };
  const open = evolveScope(absentScope, { type: "ScopeOpened", data: opened }, stamp);
  return owners.reduce<Scope>((scope, ownerId, i) => {
    const data = { scopeId, ownerId, macAddress: `fa:16:3e:00:00:0${i}` };
    return evolveScope(scope, { type: "MacAddressAllocated", data }, stamp);
  }, open);
}

test("allocations are told by scope and owner, from any place on, whoever still has it", () => {
  const state = emptyState();
  state.scopes.set("n2", scopeOf("n2", ["p3", "p1"]));
  state.scopes.set("n3", scopeOf("n3", []));
  state.scopes.set("n1", scopeOf("n1", ["p2", "p1"]));
  const idsAfter = (place?: string) => [...heldAllocations(state).after(place)].map(({ id }) => id);
  const all = ["n1/p1", "n1/p2", "n2/p1", "n2/p3"];
  expect(idsAfter()).toEqual(all);
  for (const place of [...all, "n1/p11", "n0/p9", "n2/p2", "n9/p1"]) {
    expect(idsAfter(place)).toEqual(all.filter((id) => id > place));
  }
});
