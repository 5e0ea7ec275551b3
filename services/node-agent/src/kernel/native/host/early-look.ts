import type { Room } from "../start-room.ts";
import type { HostAnswer } from "./host-teller.ts";

/** @returns what was found; undefined: it may be otherwise by now, or could not be read. */
export type EarlyLook = () => Promise<HostAnswer | undefined>;

/** Asks for what the room found when it began to listen, while the agent has other things to do. */
export function lookEarly(room: Pick<Room, "ask" | "timesTold">): EarlyLook {
  let toldBefore: number | undefined;
  const answer = room
    .ask({ ask: "host", since: { version: 0, anew: false } })
    .then((found) => {
      toldBefore = room.timesTold;
      return found;
    })
    // Who looks next is told why.
    .catch(() => undefined);
  return async () => {
    const found = await answer;
    return room.timesTold === toldBefore ? found : undefined;
  };
}
