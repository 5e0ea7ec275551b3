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
}

export const unboundRouter: RouterBinding = { nodeId: "", epoch: 0, reason: "", unschedulable: "" };
