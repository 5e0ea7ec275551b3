import type {
  RouterBound,
  RouterMoveAborted,
  RouterMovePrepared,
  RouterMoveStarted,
  RouterUnbound,
  RouterUnschedulable,
} from "@rhumbline/proto/rhumbline/scheduler/v1/scheduler_events";

/** Stream `routerBinding-<routerId>`. */
export type RouterBindingEvent =
  | { readonly type: "RouterBound"; readonly data: RouterBound }
  | { readonly type: "RouterUnbound"; readonly data: RouterUnbound }
  | { readonly type: "RouterMoveStarted"; readonly data: RouterMoveStarted }
  | { readonly type: "RouterMovePrepared"; readonly data: RouterMovePrepared }
  | { readonly type: "RouterMoveAborted"; readonly data: RouterMoveAborted }
  | { readonly type: "RouterUnschedulable"; readonly data: RouterUnschedulable };
