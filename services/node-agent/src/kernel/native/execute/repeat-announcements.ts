import type { Announce } from "../../../plan/operation.ts";
import { Announcement } from "./announce.ts";

/** A bridge port that has just come up forwards nothing for some milliseconds, and Linux neighbours ignore an announcement
 *  within a second of the last change (arp locktime). */
const laterMs = [20, 100, 300, 1_000, 2_000];

/** Announces now, and again at once and for two seconds; waits for none of it.
 *  @param failed told of announcements that could not be made. */
export function repeatAnnouncements(operations: readonly Announce[], failed: (words: string) => void): void {
  const announcements = operations.map((operation) => [operation, new Announcement(operation)] as const);
  const sayAll = (): void => {
    for (const [operation, announcement] of announcements) {
      try {
        announcement.say();
      } catch (error) {
        const words = error instanceof Error ? error.message : String(error);
        failed(`announcing ${operation.addresses.join(" ")} on ${operation.device} in ${operation.netns}: ${words}`);
      }
    }
  };
  sayAll();
  const last = laterMs.at(-1);
  for (const delayMs of laterMs) {
    const again = (): void => {
      sayAll();
      if (delayMs === last) for (const [, announcement] of announcements) announcement.end();
    };
    setTimeout(again, delayMs).unref();
  }
}
