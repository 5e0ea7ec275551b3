import type {
  NodeChangesApplied,
  NodeReportsLost,
  NodeStarted,
} from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";

/** Stream `realised-<nodeId>`: what the node reported, in its own order. */
export type RealisedEvent =
  | { readonly type: "NodeStarted"; readonly data: NodeStarted }
  | { readonly type: "NodeChangesApplied"; readonly data: NodeChangesApplied }
  | { readonly type: "NodeReportsLost"; readonly data: NodeReportsLost };
