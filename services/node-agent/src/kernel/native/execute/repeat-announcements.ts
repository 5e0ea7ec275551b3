import type { Announce } from "../../../plan/operation.ts";
import { announce } from "./announce.ts";

/** Linux neighbours ignore an announcement within a second of the last change (arp locktime), and a bridge port that has
 *  just come up may not forward the first. */
const times = 3;
const apartMs = 1_000;

/** Announces now, and again a second and two seconds later; waits for none of it.
 *  @param failed told of announcements that could not be made. */
export function repeatAnnouncements(operations: readonly Announce[], failed: (words: string) => void): void {
  for (let time = 0; time < times; time += 1) {
    if (time === 0) announceAll(operations, failed);
    else setTimeout(() => announceAll(operations, failed), time * apartMs).unref();
  }
}

function announceAll(operations: readonly Announce[], failed: (words: string) => void): void {
  for (const operation of operations) {
    try {
      announce(operation);
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      failed(`announcing ${operation.addresses.join(" ")} on ${operation.device} in ${operation.netns}: ${words}`);
    }
  }
}
