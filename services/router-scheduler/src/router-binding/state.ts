/** Where a router runs. */
export interface RouterBinding {
  /** Empty: nowhere. */
  readonly nodeId: string;
  /** Of the last time it was bound: grows with each move. */
  readonly epoch: number;
  /** Why there, or why not there any more. */
  readonly reason: string;
  /** Why no node can hold it as it was wanted last; empty: one could. A bound router stays where it is meanwhile. */
  readonly unschedulable: string;
  /** Undefined: it is not on the move. */
  readonly move: RouterMove | undefined;
  /** When a move of it failed last; 0: none did since it was bound. */
  readonly moveAbortedMs: number;
}

/** On its way from the node that has it to another. */
export interface RouterMove {
  readonly toNodeId: string;
  /** The new node programs it behind closed doors; then the old one closes its own. */
  readonly phase: "preparing" | "closing";
  readonly reason: string;
  readonly startTimeMs: number;
  /** When the phase began. */
  readonly phaseTimeMs: number;
}

export const unboundRouter: RouterBinding = {
  nodeId: "",
  epoch: 0,
  reason: "",
  unschedulable: "",
  move: undefined,
  moveAbortedMs: 0,
};
