import type { AskRoom } from "../room.ts";
import type { EarlyLook } from "./early-look.ts";
import { hostAfter, shareableHost } from "./host-after.ts";
import type { HostAnswer } from "./host-teller.ts";
import type { ObservedHost } from "./observed-host.ts";

/** Looks at the host by the room, which tells what changed since the look before.
 *  @returns what is as it was as the very same values.
 *  @param early a look that was begun before anybody asks.
 *  @param anew whether everything is to be read, whatever was heard of changes. */
export function hostAsker(askRoom: AskRoom, early: EarlyLook = noLook): (anew: boolean) => Promise<ObservedHost> {
  let known: { readonly version: number; readonly host: ObservedHost } | undefined;
  const take = (answer: HostAnswer, before: ObservedHost | undefined): ObservedHost => {
    if ("host" in answer) return shareableHost(answer.host);
    if (before === undefined) throw new Error("the room told changes of a host that was never told");
    return hostAfter(before, answer.changes);
  };
  let first: EarlyLook | undefined = early;
  return async (anew) => {
    const before = known;
    const look = first;
    first = undefined;
    const answer = (await look?.()) ?? (await askRoom({ ask: "host", since: { version: before?.version ?? 0, anew } }));
    const host = take(answer, before?.host);
    known = { version: answer.version, host };
    return host;
  };
}

const noLook: EarlyLook = async () => undefined;
