import { expect, test } from "vitest";
import { eventSubject, nodeIdOfSubject, nodeSubject, parseEventSubject, subjectMatches } from "./subjects.ts";

test("a node's subject names the node, and the node is read back from it", () => {
  const subject = nodeSubject("0b9c1f6e-2f0a-4f0e-9b43-0c5f6f6f2a10", "report");
  expect(subject).toBe("rhumbline.node.0b9c1f6e-2f0a-4f0e-9b43-0c5f6f6f2a10.report");
  expect(nodeIdOfSubject(subject)).toBe("0b9c1f6e-2f0a-4f0e-9b43-0c5f6f6f2a10");
  expect(nodeIdOfSubject("rhumbline.evt._.node.x.NodeRegistered")).toBeUndefined();
});

test("an event of no project has _ in the project's place", () => {
  const subject = eventSubject({ projectId: undefined, kind: "node", id: "n1", eventType: "NodeRegistered" });
  expect(subject).toBe("rhumbline.evt._.node.n1.NodeRegistered");
  expect(parseEventSubject(subject)?.projectId).toBeUndefined();
});

test.each(["blue team", "a.b", "*", ">", "_", "ü%20", "x\ty"])(
  "a project called %j stays one token and comes back",
  (projectId) => {
    const subject = eventSubject({ projectId, kind: "router", id: "r1", eventType: "RouterCreated" });
    expect(subject.split(".")).toHaveLength(6);
    expect(subject).not.toMatch(/[*>\s]/);
    expect(parseEventSubject(subject)?.projectId).toBe(projectId);
  },
);

test("an empty token is refused", () => {
  expect(() => nodeSubject("", "report")).toThrow(RangeError);
});

test("a pattern matches subjects as NATS has it", () => {
  const subject = "rhumbline.evt.blue.router.r1.RouterCreated";
  const matching = ["rhumbline.evt.>", "rhumbline.evt.*.router.>", "rhumbline.evt.*.router.r1.*", subject, ">"];
  const others = ["rhumbline.evt.*.port.>", "rhumbline.evt.*", `${subject}.>`, "rhumbline.evt.blue.router.r1"];
  expect(matching.filter((pattern) => !subjectMatches(pattern, subject))).toEqual([]);
  expect(others.filter((pattern) => subjectMatches(pattern, subject))).toEqual([]);
});
