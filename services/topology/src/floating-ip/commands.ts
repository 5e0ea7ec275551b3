import type { PortForwardingCommand } from "../port-forwarding/commands.ts";
import type { Association, FloatingIp, FloatingIpField } from "./state.ts";

/** An association that has been looked up, and the floating IP that the fixed IP has on this network already. */
export interface AssociationWanted extends Association {
  readonly heldBy: string | undefined;
}

export interface CreateFloatingIp {
  readonly type: "CreateFloatingIp";
  /** Complete: its address is allocated to its port. */
  readonly floatingIp: FloatingIp;
  readonly association: AssociationWanted | undefined;
}

export interface UpdateFloatingIp {
  readonly type: "UpdateFloatingIp";
  readonly floatingIpId: string;
  /** Holds the new values of `fields`. */
  readonly values: FloatingIp;
  readonly fields: readonly FloatingIpField[];
  readonly association: AssociationWanted | "keep" | "clear";
  /** Empty: any. */
  readonly etag: string;
}

/** Its port goes away. */
interface DisassociateFloatingIp {
  readonly type: "DisassociateFloatingIp";
  readonly portId: string;
}

interface DeleteFloatingIp {
  readonly type: "DeleteFloatingIp";
  readonly floatingIpId: string;
  readonly etag: string;
}

export type FloatingIpCommand =
  | CreateFloatingIp
  | UpdateFloatingIp
  | DisassociateFloatingIp
  | DeleteFloatingIp
  | (PortForwardingCommand & { readonly floatingIpId: string });
