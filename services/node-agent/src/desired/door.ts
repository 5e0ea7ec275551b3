/** Whether a router's leg lets frames through. What closes it is the device that lies outside the router: the host's end of
 *  a veth, or the macvlan itself, is down. A device is down when it is made, so no moment of its making lets anything out. */
export type Door = "open" | "closed" | "as it stands";

/** What this agent may do to doors, whatever is desired. */
export type DoorAuthority =
  /** It knows which routers are its own: doors are as desired. */
  | "as desired"
  /** It does not know yet: what stands open stays open, nothing is opened. */
  | "as they stand"
  /** Others may have taken over: every door is closed. */
  | "closed";

/** @param standby another node answers for the router. */
export function doorOf(standby: boolean, authority: DoorAuthority): Door {
  if (standby || authority === "closed") return "closed";
  return authority === "as desired" ? "open" : "as it stands";
}
