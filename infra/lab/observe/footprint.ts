import { existsSync, readdirSync, readFileSync } from "node:fs";

/** What a lab could have left on the machine itself. Two of them are compared whole. */
export interface Footprint {
  readonly devices: readonly string[];
  readonly networkNamespaces: readonly string[];
  readonly mounts: readonly string[];
}

export function machineFootprint(): Footprint {
  return {
    devices: readdirSync("/sys/class/net").sort(),
    networkNamespaces: existsSync("/run/netns") ? readdirSync("/run/netns").sort() : [],
    mounts: readFileSync("/proc/self/mountinfo", "utf8").trim().split("\n").sort(),
  };
}
