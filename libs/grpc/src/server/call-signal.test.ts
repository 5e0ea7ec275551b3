import { status as Code } from "@grpc/grpc-js";
import { expect, test } from "vitest";
import { CallSignal } from "./call-signal.ts";
import { CallsUnderWay } from "./calls-under-way.ts";

function callOf(deadlineMs = Number.POSITIVE_INFINITY) {
  let hangUp: (() => void) | undefined;
  const underWay = new CallsUnderWay();
  const incoming = {
    metadata: { get: () => [] },
    deadlineMs,
    onHangUp(listener: () => void) {
      hangUp = listener;
      return () => {
        hangUp = undefined;
      };
    },
  };
  return {
    cut: new CallSignal(incoming, underWay),
    underWay,
    hangUp: () => hangUp?.(),
    heard: () => hangUp !== undefined,
  };
}

test("who listens hears once that the call is cut short, and who asks later hears at once", () => {
  const { cut, hangUp, underWay } = callOf();
  const heard: string[] = [];
  cut.onCutShort(() => heard.push("before"));
  cut.onCutShort(() => heard.push("never"))();
  hangUp();
  underWay.endAll();
  cut.onCutShort(() => heard.push("after"));
  expect(heard).toEqual(["before", "after"]);
  expect(cut.reason).toMatchObject({ code: Code.CANCELLED });
});

test("a signal is as the call is, whenever it is asked for", () => {
  const early = callOf();
  const { signal } = early.cut;
  expect(signal.aborted).toBe(false);
  early.hangUp();
  expect(signal.reason).toBe(early.cut.reason);
  const late = callOf();
  late.hangUp();
  expect(late.cut.signal.reason).toBe(late.cut.reason);
});

test("a call that comes when the server is over, or its deadline, is cut short", async () => {
  const underWay = new CallsUnderWay();
  underWay.endAll();
  const incoming = {
    metadata: { get: () => [] },
    deadlineMs: Number.POSITIVE_INFINITY,
    onHangUp: () => () => undefined,
  };
  expect(new CallSignal(incoming, underWay).reason).toMatchObject({ code: Code.UNAVAILABLE });
  const { cut } = callOf(Date.now());
  await new Promise<void>((resolve) => cut.onCutShort(resolve));
  expect(cut.reason).toMatchObject({ code: Code.DEADLINE_EXCEEDED });
});

test("a call that is over listens to nobody", () => {
  const { cut, underWay, heard } = callOf();
  cut.release();
  underWay.endAll();
  expect(heard()).toBe(false);
  expect(cut.reason).toBeUndefined();
});
