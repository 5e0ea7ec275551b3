import { expect, test } from "vitest";
import { nearest, suggestion } from "./nearest.ts";

const kinds = ["network", "subnet", "port", "router", "floatingip"];

test("a misspelt word is the one that is nearest", () => {
  expect(nearest("netwrok", kinds)).toBe("network");
  expect(nearest("FloatingIP", kinds)).toBe("floatingip");
  expect(suggestion("ruter", kinds)).toBe("; did you mean router?");
});

test("a word that is near none means none", () => {
  expect(nearest("loadbalancer", kinds)).toBeUndefined();
  expect(suggestion("", kinds)).toBe("");
});
