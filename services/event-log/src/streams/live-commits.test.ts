import { expect, test } from "vitest";
import { appendTo, givenLog } from "../store/given-log.ts";
import { liveCommits } from "./live-commits.ts";

const log = givenLog();

test("commits are handed over until one is not taken", async () => {
  const taken: string[] = [];
  const over = liveCommits(log(), new AbortController().signal, (records) => {
    taken.push(...records.map(({ stream }) => stream));
    return taken.length < 2;
  });
  await log().change(appendTo("port-1"));
  await log().change(appendTo("port-2"));
  await over;
  await log().change(appendTo("port-3"));
  expect(taken).toEqual(["port-1", "port-2"]);
});

test("it ends with its caller", async () => {
  const caller = new AbortController();
  const over = liveCommits(log(), caller.signal, () => true);
  caller.abort();
  await over;
  await liveCommits(log(), caller.signal, () => true);
});

test("what one who is told of a commit throws is nothing to who wrote it, nor to others who are told", async () => {
  const { signal } = new AbortController();
  const told: number[] = [];
  const broken = liveCommits(log(), signal, () => {
    throw new Error("it can't be sent");
  });
  void liveCommits(log(), signal, (records) => told.push(records.length) > 0);
  const failure = expect(broken).rejects.toThrow("it can't be sent");
  expect(await log().change(appendTo("port-1"))).toMatchObject({ kind: "written" });
  expect(await log().change(appendTo("port-2"))).toMatchObject({ kind: "written" });
  await failure;
  expect(told).toEqual([1, 1]);
});
