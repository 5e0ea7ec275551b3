import type {
  PortBound,
  PortCreated,
  PortDeleted,
  PortMoveAborted,
  PortMoveStarted,
  PortUnbound,
  PortUpdated,
} from "@rhumbline/proto/rhumbline/topology/v1/topology_events";

/** Stream `port-<portId>`. */
export type PortEvent =
  | { readonly type: "PortCreated"; readonly data: PortCreated }
  | { readonly type: "PortUpdated"; readonly data: PortUpdated }
  | { readonly type: "PortBound"; readonly data: PortBound }
  | { readonly type: "PortUnbound"; readonly data: PortUnbound }
  | { readonly type: "PortMoveStarted"; readonly data: PortMoveStarted }
  | { readonly type: "PortMoveAborted"; readonly data: PortMoveAborted }
  | { readonly type: "PortDeleted"; readonly data: PortDeleted };
