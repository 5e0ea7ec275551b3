import type { InOrder } from "@rhumbline/grpc";
import type { IpamState } from "../read-model/state.ts";

interface HeldAllocation {
  /** "<scope>/<owner>". */
  readonly id: string;
  readonly scopeId: string;
  readonly ownerId: string;
  readonly timeMs: number;
}

/** Who holds what, by scope and then by owner. Of the scopes only those are looked into that a page needs: a sweep goes
 *  through a hundred thousand allocations, page after page. */
export const heldAllocations = ({ scopes }: IpamState): InOrder<HeldAllocation> => ({
  *after(place = "") {
    const [first = "", behind = ""] = place.split("/");
    for (const scopeId of [...scopes.keys()].filter((id) => id >= first).sort()) {
      const scope = scopes.get(scopeId);
      if (scope === undefined || scope.status === "absent") continue;
      const owners = scope.macByOwner.entries().sort(([a], [b]) => (a < b ? -1 : 1));
      for (const [ownerId, { timeMs }] of owners) {
        if (scopeId === first && ownerId <= behind) continue;
        yield { id: `${scopeId}/${ownerId}`, scopeId, ownerId, timeMs };
      }
    }
  },
});
