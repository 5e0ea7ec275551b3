import type { Operation } from "../../plan/operation.ts";
import type { BatchResult } from "../kernel.ts";
import type { Programs } from "./programs.ts";

/** Three times, a second apart: Linux neighbours ignore an announcement within a second of the last change (arp locktime),
 *  and a bridge port that has just come up may not forward the first. */
const times = "3";
/** Of all routers of a plan together: a node that starts with a thousand routers must not start a thousand programs. */
const arpingsAtOnce = "64";

/** Its arguments: namespace, device, address. */
const announceOne = `ip netns exec "$0" arping -q -U -c ${times} -I "$1" "$2" || echo "announcing $2 on $1 in $0 failed" >&2`;

/** Starts the announcements and waits for none: `arping` takes two seconds for each. They outlive the agent.
 *  @param failed told in the programs' words of those that could not be made. */
export function runAnnouncements(
  programs: Programs,
  batch: readonly Operation[],
  failed: (words: string) => void,
): BatchResult {
  const announcements = batch.flatMap((operation) =>
    operation.kind === "announce"
      ? operation.addresses.map((address) => `${operation.netns} ${operation.device} ${address.split("/", 1).join("")}`)
      : [],
  );
  programs.start(["xargs", "-P", arpingsAtOnce, "-L", "1", "sh", "-c", announceOne], announcements.join("\n"), failed);
  return { done: batch.length, error: undefined };
}
