import { createHash } from "node:crypto";

/** One network has one: whoever makes it, and however often, makes the same. A version 8 UUID (RFC 9562 section 5.8). */
export function dhcpPortId(networkId: string): string {
  const h = createHash("sha256").update(`dhcp ${networkId}`).digest("hex");
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-8${h.slice(13, 16)}-a${h.slice(17, 20)}-${h.slice(20, 32)}`;
}
