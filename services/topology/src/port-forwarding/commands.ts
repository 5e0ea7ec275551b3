import type { PortForwarding, PortForwardingField } from "./state.ts";

interface CreatePortForwarding {
  readonly type: "CreatePortForwarding";
  /** Complete: its fixed IP and its router are looked up. */
  readonly portForwarding: PortForwarding;
}

export interface UpdatePortForwarding {
  readonly type: "UpdatePortForwarding";
  readonly portForwardingId: string;
  /** Holds the new values of `fields`, and the router that they lead to. */
  readonly values: PortForwarding;
  readonly fields: readonly PortForwardingField[];
  /** Empty: any. */
  readonly etag: string;
}

interface DeletePortForwarding {
  readonly type: "DeletePortForwarding";
  readonly portForwardingId: string;
  readonly etag: string;
}

/** The port goes away that some of the floating IP's ports may lead to. */
interface DeletePortForwardingsTo {
  readonly type: "DeletePortForwardingsTo";
  readonly portId: string;
}

export type PortForwardingCommand =
  | CreatePortForwarding
  | UpdatePortForwarding
  | DeletePortForwarding
  | DeletePortForwardingsTo;
