import { readFileSync, readlinkSync } from "node:fs";

/** Names one lifetime of this host's network state: another boot id means that nothing we made is there any more.
 *  The kernel's own boot id is not enough: a host may be a network namespace (in a container, in the lab), which is
 *  emptied by making a new one under the same running kernel. So the namespace's inode is part of the name. */
export function bootId(): string {
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  const [, inode] = /^net:\[(\d+)\]$/.exec(readlinkSync("/proc/self/ns/net")) ?? [];
  if (inode === undefined) throw new Error("/proc/self/ns/net names no network namespace");
  return `${boot}:${inode}`;
}
