import type {
  NodeBecameReachable,
  NodeBecameUnreachable,
  NodeCordoned,
  NodeDeleted,
  NodeRegistered,
  NodeUncordoned,
} from "@rhumbline/proto/rhumbline/scheduler/v1/scheduler_events";

/** Stream `node-<nodeId>`. */
export type NodeEvent =
  | { readonly type: "NodeRegistered"; readonly data: NodeRegistered }
  | { readonly type: "NodeBecameReachable"; readonly data: NodeBecameReachable }
  | { readonly type: "NodeBecameUnreachable"; readonly data: NodeBecameUnreachable }
  | { readonly type: "NodeCordoned"; readonly data: NodeCordoned }
  | { readonly type: "NodeUncordoned"; readonly data: NodeUncordoned }
  | { readonly type: "NodeDeleted"; readonly data: NodeDeleted };
