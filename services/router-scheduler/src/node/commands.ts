import type { NodeAttributes } from "./state.ts";

export type NodeCommand =
  | RegisterNode
  | MarkReachable
  | MarkUnreachable
  | CordonNode
  | UncordonNode
  | DrainNode
  | EndDrain
  | MarkFailed
  | MarkRefusing
  | MarkAccepting
  | DeleteNode;

export interface RegisterNode {
  readonly type: "RegisterNode";
  readonly nodeId: string;
  readonly attributes: NodeAttributes;
}

interface MarkReachable {
  readonly type: "MarkReachable";
  /** Whose heartbeat was heard. */
  readonly incarnation: string;
}

interface MarkUnreachable {
  readonly type: "MarkUnreachable";
  /** Whose heartbeats are missed: an agent that registered since is not. */
  readonly incarnation: string;
  readonly reason: string;
}

export interface CordonNode {
  readonly type: "CordonNode";
  readonly nodeId: string;
}

export interface UncordonNode {
  readonly type: "UncordonNode";
  readonly nodeId: string;
}

export interface DrainNode {
  readonly type: "DrainNode";
  readonly nodeId: string;
  readonly maxMovesAtOnce: number;
  readonly routersAtStart: number;
}

/** No router is left. */
interface EndDrain {
  readonly type: "EndDrain";
  readonly nodeId: string;
}

interface MarkFailed {
  readonly type: "MarkFailed";
  /** Whose heartbeats are missed: an agent that registered since is not. */
  readonly incarnation: string;
  readonly reason: string;
}

interface MarkRefusing {
  readonly type: "MarkRefusing";
  /** Whose heartbeats say so. */
  readonly incarnation: string;
  readonly reason: string;
}

interface MarkAccepting {
  readonly type: "MarkAccepting";
  /** Whose heartbeats say so. */
  readonly incarnation: string;
}

export interface DeleteNode {
  readonly type: "DeleteNode";
  readonly nodeId: string;
  /** Empty: any. */
  readonly etag: string;
  /** Routers bound to the node. */
  readonly routerIds: readonly string[];
}
