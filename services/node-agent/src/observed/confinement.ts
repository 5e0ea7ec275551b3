/** Devices whose frames stay on this node: the host ends of DHCP servers, which have one address on every node. */
export interface ObservedConfinement {
  readonly devices: ReadonlySet<string>;
  /** Its rules are those that we make. */
  readonly intact: boolean;
}

/** Table of family `bridge`. */
export const confinementTable = "rhumbline-dhcp";
export const confinementSet = "servers";
export const confinementChain = "forward";

/** From and to such a device only what has a local port at its other end, `tap…`: no tunnel, no device of the operator's.
 *  Before any other table's rules, and long before those that track connections. */
export const confinementRules: readonly string[] = [
  `iifname @${confinementSet} oifname != "tap*" drop`,
  `oifname @${confinementSet} iifname != "tap*" drop`,
];
