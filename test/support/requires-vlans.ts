import { spawnSync } from "node:child_process";
import type { TestOptions } from "vitest";
import { requiresRoot } from "./requires-root.ts";

/** What this machine's kernel says to a VLAN device, in a network namespace that is gone with the asking; empty: it makes one. */
function whyNoVlans(): string {
  const script = "ip link add probe type bridge && ip link add link probe name probe.1 type vlan id 1";
  const { status, stderr } = spawnSync("unshare", ["--net", "sh", "-c", script], { encoding: "utf8" });
  return status === 0 ? "" : stderr?.trim() || "unshare could not be started";
}

const words = whyNoVlans();
const skipped = (skipReason: string): TestOptions => ({ skip: true, meta: { skipReason }, ...requiresRoot });

/** As requiresRoot, for tests of VLANs on the real kernel. */
export const requiresVlans: TestOptions =
  words === "" ? requiresRoot : skipped(`this kernel makes no VLAN devices (802.1q): ${words}`);

/** The other way round: for what is told where they can't be had. */
export const requiresNoVlans: TestOptions =
  words === "" ? skipped("this kernel makes VLAN devices (802.1q)") : requiresRoot;
