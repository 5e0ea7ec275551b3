import type { Announce } from "../../../plan/operation.ts";
import { announce } from "./announce.ts";

/** A bridge port that has just come up forwards nothing for some milliseconds, and Linux neighbours ignore an announcement
 *  within a second of the last change (arp locktime). */
const laterMs = [20, 100, 300, 1_000, 2_000];

/** Announces now, and again at once and for two seconds; waits for none of it.
 *  @param failed told of announcements that could not be made. */
export function repeatAnnouncements(operations: readonly Announce[], failed: (words: string) => void): void {
  announceAll(operations, failed);
  for (const delayMs of laterMs) setTimeout(() => announceAll(operations, failed), delayMs).unref();
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
