import type {
  NodeBecameReachable,
  NodeBecameUnreachable,
  NodeDeleted,
  NodeRegistered,
} from "@rhumbline/proto/rhumbline/scheduler/v1/scheduler_events";

/** Stream `node-<nodeId>`. */
export type NodeEvent =
  | { readonly type: "NodeRegistered"; readonly data: NodeRegistered }
  | { readonly type: "NodeBecameReachable"; readonly data: NodeBecameReachable }
  | { readonly type: "NodeBecameUnreachable"; readonly data: NodeBecameUnreachable }
  | { readonly type: "NodeDeleted"; readonly data: NodeDeleted };
