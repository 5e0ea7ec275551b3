import type { Operation } from "../../plan/operation.ts";
import type { BatchResult } from "../kernel.ts";
import { inNamespace, type Programs } from "./programs.ts";

/** Three times, a second apart: Linux neighbours ignore an announcement within a second of the last change (arp locktime),
 *  and a bridge port that has just come up may not forward the first. */
const times = "3";
const arpingsAtOnce = "32";

/** Starts the announcements and waits for none: `arping` takes a second for each. */
export function runAnnouncements(programs: Programs, netns: string, batch: readonly Operation[]): BatchResult {
  for (const operation of batch) {
    if (operation.kind !== "announce") continue;
    const arping = ["arping", "-q", "-U", "-c", times, "-I", operation.device];
    const addresses = operation.addresses.map((address) => address.split("/", 1).join(""));
    programs.start(inNamespace(netns, ["xargs", "-P", arpingsAtOnce, "-n", "1", ...arping]), addresses.join("\n"));
  }
  return { done: batch.length, error: undefined };
}
