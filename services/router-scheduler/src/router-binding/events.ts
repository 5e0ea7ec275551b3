import type {
  RouterBound,
  RouterUnbound,
  RouterUnschedulable,
} from "@rhumbline/proto/rhumbline/scheduler/v1/scheduler_events";

/** Stream `routerBinding-<routerId>`. */
export type RouterBindingEvent =
  | { readonly type: "RouterBound"; readonly data: RouterBound }
  | { readonly type: "RouterUnbound"; readonly data: RouterUnbound }
  | { readonly type: "RouterUnschedulable"; readonly data: RouterUnschedulable };
