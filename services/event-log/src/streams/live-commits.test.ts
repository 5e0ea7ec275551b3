import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { appendTo, givenLog } from "../store/given-log.ts";
import { liveCommits } from "./live-commits.ts";

const log = givenLog();
const atOnce = (gone: AbortSignal) => ({ gone, intervalMs: 0 });

test("commits are handed over until one is not taken", async () => {
  const taken: string[] = [];
  const over = liveCommits(log(), atOnce(new AbortController().signal), (records) => {
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
  const over = liveCommits(log(), atOnce(caller.signal), () => true);
  caller.abort();
  await over;
  await liveCommits(log(), atOnce(caller.signal), () => true);
});

describe("to one who wants them apart", () => {
  const intervalMs = 1_000;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("the first is handed over at once, and those of the time after it together", async () => {
    const taken: string[][] = [];
    const { signal } = new AbortController();
    void liveCommits(log(), { gone: signal, intervalMs }, (records) => {
      taken.push(records.map(({ stream }) => stream));
      return true;
    });
    for (const stream of ["port-1", "port-2", "port-3"]) await log().change(appendTo(stream));
    expect(taken).toEqual([["port-1"]]);
    vi.advanceTimersByTime(intervalMs);
    await log().change(appendTo("port-4"));
    expect(taken).toEqual([["port-1"], ["port-2", "port-3"]]);
    vi.advanceTimersByTime(intervalMs);
    vi.advanceTimersByTime(intervalMs);
    await log().change(appendTo("port-5"));
    expect(taken.slice(2)).toEqual([["port-4"], ["port-5"]]);
  });

  test("much is left in the file", async () => {
    const taken: string[] = [];
    const over = liveCommits(log(), { gone: new AbortController().signal, intervalMs }, (records) => {
      taken.push(...records.map(({ stream }) => stream));
      return true;
    });
    await log().change(appendTo("port-1"));
    await log().change(appendTo("port-2", Buffer.alloc((1 << 20) + 1)));
    await over;
    vi.advanceTimersByTime(intervalMs);
    expect(taken).toEqual(["port-1"]);
  });
});

test("what one who is told of a commit throws is nothing to who wrote it, nor to others who are told", async () => {
  const { signal } = new AbortController();
  const told: number[] = [];
  const broken = liveCommits(log(), atOnce(signal), () => {
    throw new Error("it can't be sent");
  });
  void liveCommits(log(), atOnce(signal), (records) => told.push(records.length) > 0);
  const failure = expect(broken).rejects.toThrow("it can't be sent");
  expect(await log().change(appendTo("port-1"))).toMatchObject({ kind: "written" });
  expect(await log().change(appendTo("port-2"))).toMatchObject({ kind: "written" });
  await failure;
  expect(told).toEqual([1, 1]);
});
