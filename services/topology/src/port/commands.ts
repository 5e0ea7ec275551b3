import type { Port, PortField } from "./state.ts";

/** Where an instance's device is, or will be. */
export interface WantedBinding {
  readonly nodeId: string;
  /** Empty: as it is there already, or else named after the port. */
  readonly device: string;
  /** Another port that is bound to that device. */
  readonly heldBy?: string | undefined;
  /** What the node is called. */
  readonly nodeName: string;
}

export interface CreatePort {
  readonly type: "CreatePort";
  /** Complete but for the binding: it holds its MAC address and its fixed IPs. */
  readonly port: Port;
  /** Absent: bound nowhere. */
  readonly binding?: WantedBinding | undefined;
}

export interface UpdatePort {
  readonly type: "UpdatePort";
  readonly portId: string;
  /** Holds the new values of `fields`. */
  readonly values: Port;
  readonly fields: readonly PortField[];
  /** Absent: it stays as it is. */
  readonly binding?: WantedBinding | "nowhere" | undefined;
  /** Floating IPs by the address of the port that each stands for. */
  readonly floatingIpByAddress: ReadonlyMap<string, string>;
  /** Port forwardings by the address of the port that each leads to; one of each address. */
  readonly portForwardingByAddress: ReadonlyMap<string, string>;
  /** Empty: any. */
  readonly etag: string;
}

/** Unlike an update it moves nothing: whoever starts an instance does not mean to take another's port. */
export interface BindPort {
  readonly type: "BindPort";
  readonly portId: string;
  readonly binding: WantedBinding;
  /** What the node is called that the port is bound to. */
  readonly presentNodeName: string;
  readonly etag: string;
}

/** Before the instance is there. */
export interface StartPortMove {
  readonly type: "StartPortMove";
  readonly portId: string;
  readonly binding: WantedBinding;
  readonly etag: string;
}

/** When the instance is there. */
interface FinishPortMove {
  readonly type: "FinishPortMove";
  readonly portId: string;
  readonly etag: string;
}

interface AbortPortMove {
  readonly type: "AbortPortMove";
  readonly portId: string;
  readonly etag: string;
}

interface UnbindPort {
  readonly type: "UnbindPort";
  readonly portId: string;
  readonly etag: string;
}

/** Asked for by whoever may delete it directly: not for the port of a router or floating IP. */
interface DeletePort {
  readonly type: "DeletePort";
  readonly portId: string;
  readonly etag: string;
}

/** Its router or floating IP is gone, or has let it go. */
interface DeleteDevicePort {
  readonly type: "DeleteDevicePort";
  readonly portId: string;
}

/** Its owner needs other addresses than it has. */
export interface UpdateDevicePort {
  readonly type: "UpdateDevicePort";
  readonly portId: string;
  readonly fixedIps: Port["fixedIps"];
}

/** Makes a caller's own port a router's interface. */
export interface LendPort {
  readonly type: "LendPort";
  readonly portId: string;
  readonly deviceId: string;
  readonly deviceOwner: string;
}

/** The caller's own again: the router never took it. */
interface ReturnPort {
  readonly type: "ReturnPort";
  readonly portId: string;
}

export type PortCommand =
  | CreatePort
  | UpdatePort
  | BindPort
  | UnbindPort
  | StartPortMove
  | FinishPortMove
  | AbortPortMove
  | DeletePort
  | UpdateDevicePort
  | DeleteDevicePort
  | LendPort
  | ReturnPort;
