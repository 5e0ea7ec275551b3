import { beforeEach, expect, test } from "vitest";
import { oneMessageATurn } from "./one-message-a-turn.ts";

let sent: string[][];
let say: (part: string) => void;
beforeEach(() => {
  sent = [];
  say = oneMessageATurn<string>(
    (part) => (part === "large" ? 1 << 20 : part.length),
    (parts) => sent.push([...parts]),
  );
});

const nextTick = () => new Promise<void>((resolve) => process.nextTick(resolve));
const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

test("what is said alone leaves before the turn's end, turn after turn", async () => {
  for (const part of ["a", "b"]) {
    say(part);
    await nextTick();
    expect(sent.pop()).toEqual([part]);
    await nextTurn();
  }
  expect(sent).toEqual([]);
});

test("what is said at once, or later in the turn, is gathered", async () => {
  say("a");
  say("b");
  await nextTick();
  expect(sent).toEqual([["a", "b"]]);
  say("c");
  await nextTick();
  say("d");
  await nextTick();
  expect(sent).toHaveLength(1);
  await nextTurn();
  expect(sent).toEqual([
    ["a", "b"],
    ["c", "d"],
  ]);
});

test("after a turn in which much was said everything waits for the end of the next one", async () => {
  say("a");
  say("b");
  await nextTurn();
  say("c");
  await nextTick();
  say("d");
  expect(sent).toEqual([["a", "b"]]);
  await nextTurn();
  expect(sent).toEqual([
    ["a", "b"],
    ["c", "d"],
  ]);
});

test("what would be too large for one message is several, in the order in which it was said", async () => {
  for (const part of ["a", "large", "b"]) say(part);
  await nextTurn();
  expect(sent).toEqual([["a"], ["large"], ["b"]]);
});
