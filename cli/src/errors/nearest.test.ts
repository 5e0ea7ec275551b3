import { expect, test } from "vitest";
import { nearest, suggestion } from "./nearest.ts";

const kinds = ["network", "subnet", "port", "router", "floatingip"];

test("a misspelt word is the one that is nearest", () => {
  expect(nearest("netwrok", kinds)).toEqual(["network"]);
  expect(nearest("FloatingIP", kinds)).toEqual(["floatingip"]);
  expect(suggestion("ruter", kinds)).toBe("; did you mean router?");
});

test("an unfinished word is what goes on with it", () => {
  expect(suggestion("float", kinds)).toBe("; did you mean floatingip?");
  expect(suggestion("web", ["db", "web-v4", "old-web"])).toBe("; did you mean web-v4 or old-web?");
});

test("of many that are near, the nearest three are named", () => {
  expect(suggestion("web-1", ["web-33", "web-2", "web-3", "web-4", "db"])).toBe(
    "; did you mean web-2, web-3 or web-4?",
  );
});

test("a word that is near none means none", () => {
  expect(nearest("loadbalancer", kinds)).toEqual([]);
  expect(suggestion("", kinds)).toBe("");
});
