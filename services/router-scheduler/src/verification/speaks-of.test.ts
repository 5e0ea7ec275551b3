import { expect, test } from "vitest";
import { speaksOf } from "./speaks-of.ts";

test("an address is found as a whole, a name or an id in part too", () => {
  expect(speaksOf("default via 203.0.113.1 dev qg-1", "203.0.113.1")).toBe(true);
  expect(speaksOf("203.0.113.10/24", "203.0.113.1")).toBe(false);
  expect(speaksOf("203.0.113.10/32 and 203.0.113.1/32", "203.0.113.1")).toBe(true);
  expect(speaksOf("110.0.0.1", "10.0.0.1")).toBe(false);
  expect(speaksOf("-A rhumbline-snat -o qg-d01005fe-fa -j RETURN", "d01005fe")).toBe(true);
  expect(speaksOf("rhumbline-snat", "snat")).toBe(true);
  expect(speaksOf("anything", "nothing")).toBe(false);
});
