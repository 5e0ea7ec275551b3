import { expect, test } from "vitest";
import * as sample from "../../../../test/scenarios/scheduler/sample-events.ts";
import { stateAfter } from "../../../../test/scenarios/scheduler/sample-state.ts";
import { judgeRefusal, type SaidRefusal } from "./judge-refusal.ts";

const judged = (said: SaidRefusal | undefined, ...events: sample.SampleEvent[]) => {
  const node = stateAfter(sample.nodeRegistered("A"), ...events).nodes.get("A");
  if (node === undefined) throw new Error("the sample has no node A");
  return judgeRefusal(node, said);
};
const refused = sample.nodeRefusedDesiredState("A", "ENOSPC");

test("a node that has refused for some seconds is said to, with its words, once", () => {
  const said = { refusal: "ENOSPC", stoodMs: 2_000 };
  expect(judged(said)).toEqual({ type: "MarkRefusing", incarnation: "i1", reason: "ENOSPC" });
  expect(judged(said, refused)).toBeUndefined();
  expect(judged({ ...said, refusal: "held by an operator" }, refused)).toBeUndefined();
});

test("a node that has refused nothing for some seconds is said to accept again, if it refused before", () => {
  const said = { refusal: "", stoodMs: 2_000 };
  expect(judged(said, refused)).toEqual({ type: "MarkAccepting", incarnation: "i1" });
  expect(judged(said)).toBeUndefined();
});

test("nothing is said of a word that is fresh, or of an agent that was not heard", () => {
  expect(judged({ refusal: "ENOSPC", stoodMs: 1_900 })).toBeUndefined();
  expect(judged({ refusal: "", stoodMs: 1_900 }, refused)).toBeUndefined();
  expect(judged(undefined, refused)).toBeUndefined();
});
