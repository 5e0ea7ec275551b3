export type RouterBindingCommand = BindRouter | UnbindRouter | DeclareUnschedulable;

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
