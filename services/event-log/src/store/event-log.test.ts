import { expect, test } from "vitest";
import { appendTo, givenLog } from "./given-log.ts";

const log = givenLog();

test("what comes in one turn of the event loop is one write, however many steps it takes to come", async () => {
  let commits = 0;
  log().onCommit(() => {
    commits += 1;
  });
  const first = log().change(appendTo("port-1"));
  // As a message that is cut and parsed behind another.
  for (let step = 0; step < 20; step += 1) await Promise.resolve();
  await new Promise<void>((resolve) => process.nextTick(resolve));
  await Promise.all([first, log().change(appendTo("port-2"))]);
  expect(commits).toBe(1);
});

test("what is appended together is one write, and none where one of it is refused", async () => {
  let commits = 0;
  log().onCommit(() => {
    commits += 1;
  });
  const [port, router] = [appendTo("port-1"), appendTo("router-1")];
  expect(await log().appendTogether([port, router])).toMatchObject({ kind: "written", position: log().lastPosition });
  expect([commits, log().events]).toEqual([1, 2]);
  const outcome = await log().appendTogether([appendTo("port-2"), appendTo("router-1")]);
  expect(outcome).toMatchObject({ kind: "one-refused", append: { stream: "router-1" }, refused: { actual: 0 } });
  expect([commits, log().events]).toEqual([1, 2]);
});
