import type { Announce } from "../../../plan/operation.ts";
import { Announcement } from "./announce.ts";

/** A device that was just set up forwards nothing for some milliseconds: when it is looked at whether it does. At the last it is
 *  said whatever the look finds, since not every device tells. */
const attemptsMs = [20, 100, 300];
/** Linux neighbours ignore an announcement within a second of the last change (arp locktime): they hear this one. */
const againMs = 1_100;

/** Announces as soon as somebody hears it, and once more when nobody ignores it; waits for none of it. Two are what RFC 5227 §1.1
 *  has (ANNOUNCE_NUM). Each is heard by every router on the network: a node that makes hundreds of routers would spend more on a
 *  third than on the router.
 *  @param failed told of announcements that could not be made. */
export function repeatAnnouncements(operations: readonly Announce[], failed: (words: string) => void): void {
  const announcements = operations.map((operation) => ({ operation, announcement: new Announcement(operation) }));
  const say = ({ operation, announcement }: Spoken, when: Parameters<Announcement["say"]>[0]): boolean => {
    const failedWith = (error: unknown): void => {
      const words = error instanceof Error ? error.message : String(error);
      failed(`announcing ${operation.addresses.join(" ")} on ${operation.device} in ${operation.netns}: ${words}`);
    };
    try {
      return announcement.say(when, failedWith);
    } catch (error) {
      failedWith(error);
      return false;
    }
  };
  // At once: what the kernel does meanwhile with devices that were set up is heard with the batch, as its own doing.
  let unsaid = announcements.filter((each) => !say(each, "at once"));
  for (const delayMs of attemptsMs) {
    const when = delayMs === attemptsMs.at(-1) ? "anyhow" : "if heard";
    after(delayMs, () => {
      unsaid = unsaid.filter((each) => !say(each, when));
    });
  }
  after(againMs, () => {
    for (const each of announcements) say(each, "anyhow");
    for (const { announcement } of announcements) announcement.end();
  });
}

interface Spoken {
  readonly operation: Announce;
  readonly announcement: Announcement;
}

const after = (delayMs: number, work: () => void): void => void setTimeout(work, delayMs).unref();
