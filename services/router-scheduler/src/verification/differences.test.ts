import { expect, test } from "vitest";
import { differencesOf, verificationOf } from "./differences.ts";

test("what is missing, what is too much and what differs is told, each by its name", () => {
  const log = new Map([
    ["router.a", "as it was"],
    ["router.b", "only in the log"],
    ["router.c", "the same"],
  ]);
  const bucket = new Map([
    ["router.a", "changed"],
    ["router.c", "the same"],
    ["router.d", "only in the bucket"],
  ]);
  expect(differencesOf(log, bucket)).toEqual([
    { subject: "router.a", expected: "as it was", found: "changed" },
    { subject: "router.b", expected: "only in the log", found: "" },
    { subject: "router.d", expected: "", found: "only in the bucket" },
  ]);
  expect(differencesOf(log, log)).toEqual([]);
});

test("a hundred differences are told in full, all of them are counted", () => {
  const many = new Map(Array.from({ length: 150 }, (_, i) => [`port.${i}`, "there"]));
  const told = verificationOf({ nodeId: "n1", nodeName: "node1" }, 7, 150, differencesOf(many, new Map()));
  expect(told).toMatchObject({ nodeId: "n1", position: 7, compared: 150, differenceCount: 150 });
  expect(told.differences).toHaveLength(100);
});
