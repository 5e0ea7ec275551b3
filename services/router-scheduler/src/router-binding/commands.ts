export type RouterBindingCommand =
  | BindRouter
  | UnbindRouter
  | DeclareUnschedulable
  | StartMove
  | CloseOld
  | FinishMove
  | AbortMove;

/** From the node that has it to another, both of them alive. */
export interface StartMove {
  readonly type: "StartMove";
  readonly routerId: string;
  readonly toNodeId: string;
  readonly reason: string;
}

/** The new node holds it, closed: now the old one is to close. */
interface CloseOld {
  readonly type: "CloseOld";
  readonly routerId: string;
  readonly toNodeId: string;
}

/** The old node has closed: the new one opens. */
export interface FinishMove {
  readonly type: "FinishMove";
  readonly routerId: string;
  readonly toNodeId: string;
}

interface AbortMove {
  readonly type: "AbortMove";
  readonly routerId: string;
  readonly toNodeId: string;
  readonly reason: string;
}

export interface BindRouter {
  readonly type: "BindRouter";
  readonly routerId: string;
  readonly nodeId: string;
  /** Why this node. */
  readonly reason: string;
}

export interface UnbindRouter {
  readonly type: "UnbindRouter";
  readonly routerId: string;
  readonly reason: string;
}

export interface DeclareUnschedulable {
  readonly type: "DeclareUnschedulable";
  readonly routerId: string;
  readonly reason: string;
}
