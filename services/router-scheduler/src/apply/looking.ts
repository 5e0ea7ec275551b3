import type { TakenEvent } from "@rhumbline/event-sourcing";
import type { LogicalNetwork } from "../logical-network/state.ts";
import { concernedBy } from "../placement/concerned.ts";
import type { SchedulingPlan } from "../placement/plan-scheduling.ts";

/** Which routers to plan for next: those that something happened to since the last plan, and those that it left without their
 *  place. All of them when that is said: what a plan waits for may be time alone. */
export interface Looking {
  /** @returns whether there is something to look at. */
  hear(taken: TakenEvent | undefined): boolean;
  atAll(): void;
  /** Undefined: all. */
  next(): ReadonlySet<string> | undefined;
  planned(plan: Pick<SchedulingPlan, "underWay" | "unsettled">): void;
}

/** @param state as it is when something is heard. */
export function createLooking(state: Pick<LogicalNetwork, "routersByNetwork">): Looking {
  let all = true;
  let heard = new Set<string>();
  let last: Pick<SchedulingPlan, "underWay" | "unsettled"> = { underWay: false, unsettled: new Set() };
  return {
    hear(taken) {
      const concerned = taken === undefined ? [] : concernedBy(state, taken.stream);
      if (concerned === "all") all = true;
      else for (const routerId of concerned) heard.add(routerId);
      return concerned.length > 0 || last.underWay;
    },
    atAll() {
      all = true;
    },
    next() {
      const among = all || last.underWay ? undefined : new Set([...heard, ...last.unsettled]);
      all = false;
      heard = new Set();
      return among;
    },
    planned(plan) {
      last = plan;
    },
  };
}
