import { expect, test } from "vitest";
import type { AskRoom } from "../room.ts";
import { hostAsker } from "./ask-host.ts";
import { lookEarly } from "./early-look.ts";
import type { HostAnswer, HostQuestion } from "./host-teller.ts";
import type { ObservedHost } from "./observed-host.ts";

const hostWith = (...ownNamespaces: string[]): ObservedHost => ({
  links: new Map(),
  sysctls: new Map(),
  forwarding: new Map(),
  neighbours: new Map(),
  ownNamespaces,
});

test("what was found early counts for the first that asks, and the next is told what changed since", async () => {
  const { room, asked } = roomThat([
    { version: 1, host: hostWith("qrouter-1") },
    { version: 2, changes: { ownNamespaces: ["qrouter-2"] } },
  ]);
  const look = hostAsker(room.ask, lookEarly(room));
  expect((await look(true)).ownNamespaces).toEqual(["qrouter-1"]);
  expect((await look(false)).ownNamespaces).toEqual(["qrouter-2"]);
  expect(asked).toEqual([
    { version: 0, anew: false },
    { version: 1, anew: false },
  ]);
});

test("it counts for nothing once a change was told since, or where it failed", async () => {
  for (const early of [{ version: 1, host: hostWith("qrouter-1") }, new Error("the kernel can't be read")]) {
    const { room, asked, tell } = roomThat([early, { version: 2, host: hostWith("qrouter-2") }]);
    const look = hostAsker(room.ask, lookEarly(room));
    await new Promise(setImmediate);
    tell();
    expect((await look(true)).ownNamespaces).toEqual(["qrouter-2"]);
    expect(asked).toEqual([
      { version: 0, anew: false },
      { version: 0, anew: true },
    ]);
  }
});

function roomThat(answers: (HostAnswer | Error)[]) {
  const asked: HostQuestion[] = [];
  let timesTold = 0;
  const ask = async (question: { readonly since: HostQuestion }): Promise<HostAnswer> => {
    asked.push(question.since);
    const answer = answers.shift();
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error("nobody expects this question");
    return answer;
  };
  const room = {
    ask: ask as unknown as AskRoom,
    get timesTold() {
      return timesTold;
    },
  };
  const tell = (): void => {
    timesTold += 1;
  };
  return { room, asked, tell };
}
