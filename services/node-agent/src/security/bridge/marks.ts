/** Bits of a packet's mark, by which what the IP layer knows, where bridged packets are tracked (br_netfilter), comes to the
 *  bridge's own hooks, which can't ask it themselves on every kernel. */
export const packetMarks = {
  /** Of a connection that may go on. */
  established: "0x10000000",
  /** Invalid, or of a connection that was let through and isn't any more. */
  refused: "0x20000000",
  /** iptables lets it through. */
  passed: "0x40000000",
} as const;

/** The packet bears none of them any more. */
export const unmarked = "meta mark set meta mark & 0x8fffffff";

export const hasMark = (mark: string): string => `meta mark & ${mark} == ${mark}`;

/** Bit of a connection's mark: nothing of it passes any more. */
export const revokedMark = 1;
