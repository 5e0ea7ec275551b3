import type {
  NodeAcceptedDesiredState,
  NodeBecameReachable,
  NodeBecameUnreachable,
  NodeCordoned,
  NodeDeleted,
  NodeDrained,
  NodeDrainStarted,
  NodeFailed,
  NodeRefusedDesiredState,
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
  | { readonly type: "NodeDrainStarted"; readonly data: NodeDrainStarted }
  | { readonly type: "NodeDrained"; readonly data: NodeDrained }
  | { readonly type: "NodeFailed"; readonly data: NodeFailed }
  | { readonly type: "NodeRefusedDesiredState"; readonly data: NodeRefusedDesiredState }
  | { readonly type: "NodeAcceptedDesiredState"; readonly data: NodeAcceptedDesiredState }
  | { readonly type: "NodeDeleted"; readonly data: NodeDeleted };
