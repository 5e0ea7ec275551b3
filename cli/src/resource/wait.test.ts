import { expect, test } from "vitest";
import { describeRealisation } from "./wait.ts";

const node = { nodeId: "n1", nodeName: "node1", desiredPosition: 20, appliedPosition: 20, error: "", waiting: false };
const realisation = { realised: false, nodes: [node], compiledPosition: 30, reason: "" };

test("a node that lags is named", () => {
  const behind = { ...node, nodeName: "node2", appliedPosition: 10 };
  expect(describeRealisation({ ...realisation, nodes: [node, behind] })).toBe("not yet reported by node2");
});

test("a node's error is told in the kernel's words", () => {
  const failed = { ...node, error: "RTNETLINK answers: File exists" };
  expect(describeRealisation({ ...realisation, nodes: [failed] })).toBe(
    "node1 reports: RTNETLINK answers: File exists",
  );
});

test("what a node waits for is told as such, whoever may know which node it is", () => {
  const waits = { ...node, error: "waiting for device tap7", waiting: true };
  const told = (nodeName: string) => describeRealisation({ ...realisation, nodes: [{ ...waits, nodeName }] });
  expect([told("node1"), told("")]).toEqual([
    "waiting for device tap7 on node node1",
    "waiting for device tap7 on its node",
  ]);
});

test("a node that the caller is not told of has no name", () => {
  const unnamed = { ...node, nodeId: "", nodeName: "", appliedPosition: 10 };
  expect(describeRealisation({ ...realisation, nodes: [unnamed] })).toBe("not yet reported by its node");
});

test("why no node is concerned is told", () => {
  const reason = "no node has a mapping for physnet1";
  expect(describeRealisation({ ...realisation, nodes: [], reason })).toBe(reason);
});
