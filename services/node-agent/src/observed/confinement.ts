import { boundLinkGroup } from "./bound-mark.ts";

/** The table that keeps DHCP on its node: every node serves its own instances. */
export interface ObservedConfinement {
  readonly elements: ReadonlySet<ConfinedElement>;
  /** Its rules are those that we make. */
  readonly intact: boolean;
}

/** One element of one of its sets, "<set> <element>": "servers tapd0000101-00", "requests vxlan-1001 . 67". */
export type ConfinedElement = `${"servers" | "requests"} ${string}`;

/** Table of family `bridge`. */
export const confinementTable = "rhumbline-dhcp";
export const confinementChain = "forward";

/** Each set and the type of its elements. */
export const confinementSets = { servers: "ifname", requests: "ifname . inet_service" } as const;

/** From and to a server's device only what has an instance of this node at its other end: no tunnel, no device of the
 *  operator's. And no request for a server out to other nodes of a network that has one here.
 *  Before any other table's rules, and long before those that track connections. */
export const confinementRules: readonly string[] = [
  `iifname @servers oifgroup != ${boundLinkGroup} drop`,
  `oifname @servers iifgroup != ${boundLinkGroup} drop`,
  "oifname . udp dport @requests drop",
];

/** The frames of a DHCP server's host end, which has one address on every node. */
export const serverElement = (hostEnd: string): ConfinedElement => `servers ${hostEnd}`;

/** Requests to a port of UDP, through the device that leads to other nodes. */
export const requestElement = (device: string, port: number): ConfinedElement => `requests ${device} . ${port}`;
