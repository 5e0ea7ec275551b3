import { expect, test } from "vitest";
import * as sample from "../../../../test/scenarios/scheduler/sample-events.ts";
import { peerLines, stateAfter } from "../../../../test/scenarios/scheduler/sample-state.ts";

const nodes = ["A", "B", "C", "D", "E"].map((id, i) => sample.nodeRegistered(id, { tunnelIp: `198.18.0.${11 + i}` }));

test("each node is probed by three others, and probes three", () => {
  const state = stateAfter(...nodes);
  const live = (id: string): string[] => peerLines(state, id).filter((line) => !line.endsWith("gone"));
  expect(nodes.map((_, i) => live("ABCDE".charAt(i)).length)).toEqual([3, 3, 3, 3, 3]);
  expect(live("A").map((line) => line.slice(0, 6))).toEqual(["peer.C", "peer.D", "peer.E"]);
});

test("two nodes probe each other, one nobody, and one without a tunnel address takes no part", () => {
  const two = stateAfter(...nodes.slice(0, 2), sample.nodeRegistered("X", { tunnelIp: "" }));
  expect(peerLines(two, "A")).toEqual(["peer.B@2"]);
  expect(peerLines(two, "B")).toEqual(["peer.A@2"]);
  expect(peerLines(two, "X")).toEqual([]);
  expect(peerLines(stateAfter(...nodes.slice(0, 1)), "A")).toEqual([]);
});

test("a node that is deleted is probed no more", () => {
  const state = stateAfter(...nodes.slice(0, 2), sample.nodeDeleted("B"));
  expect(peerLines(state, "A")).toEqual(["peer.B@3 gone"]);
});
