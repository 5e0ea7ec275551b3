import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";

/** MTU in bytes of the device that has the address; 0 where none has. */
export function mtuOfAddress(address: string): number {
  const [device] =
    Object.entries(networkInterfaces()).find(([, addresses]) => addresses?.some((each) => each.address === address)) ??
    [];
  if (device === undefined) return 0;
  try {
    return Number(readFileSync(`/sys/class/net/${device}/mtu`, "utf8"));
  } catch {
    return 0; // the device went between the two looks
  }
}
