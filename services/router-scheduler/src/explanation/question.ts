import type { IpAddress, IpFamily } from "@rhumbline/net";

/** The packet that begins a connection, as somebody asks about it. */
export interface Question {
  /** Into the port or out of it. */
  readonly direction: Direction;
  readonly other: OtherEnd;
  readonly protocol: number;
  /** Of the destination; 0: the protocol has none. */
  readonly destinationPort: number;
  readonly icmp: { readonly type: number; readonly code: number } | undefined;
}

export type Direction = "ingress" | "egress";

export type OtherEnd =
  | { readonly kind: "address"; readonly address: IpAddress }
  | { readonly kind: "port"; readonly portId: string; readonly address: IpAddress }
  /** Anybody beyond the routers' external gateways. */
  | { readonly kind: "outside"; readonly family: IpFamily };

export const familyOf = (other: OtherEnd): IpFamily => (other.kind === "outside" ? other.family : other.address.family);
