import { expect, test } from "vitest";
import { workFor } from "./node-work.ts";

const report = {
  nodeId: "n1",
  trigger: "TRIGGER_DRIFT",
  count: 3,
  operations: [
    { text: "add qg-1", outcome: "OPERATION_OUTCOME_FAILED", error: "File exists", resource: "router.r1" },
    { text: "up qg-1", outcome: "OPERATION_OUTCOME_SKIPPED", resource: "router.r1" },
    { text: "add brq1", outcome: "OPERATION_OUTCOME_DONE", resource: "network.n1" },
  ],
  resources: [{ key: "router.r1", position: "17", error: "File exists" }],
};

test("of a node's report, what was done for the resource is told, in the kernel's words", () => {
  expect(workFor("router.r1", report)).toEqual({
    nodeId: "n1",
    trigger: "drift repaired, 3 times",
    position: 17,
    error: "File exists",
    operations: [
      { text: "add qg-1", outcome: "failed", error: "File exists" },
      { text: "up qg-1", outcome: "skipped", error: "" },
    ],
  });
});

test("a report that is of other resources tells nothing", () => {
  expect(workFor("router.r2", report)).toBeUndefined();
});
