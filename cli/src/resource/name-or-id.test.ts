import { expect, test } from "vitest";
import { chooseOnly } from "./name-or-id.ts";

test("a name that one has is that one", () => {
  expect(chooseOnly("router", "r1", ["4a1c"])).toBe("4a1c");
});

test("a name that nobody has is refused", () => {
  expect(() => chooseOnly("floating IP", "203.0.113.9", [])).toThrow(
    'no floating IP is called "203.0.113.9", and it is no id',
  );
});

test("a name that several have is refused, and the ids are listed", () => {
  expect(() => chooseOnly("router", "r1", ["4a1c", "9f3e"])).toThrow("give one of the ids 4a1c, 9f3e");
});

test("of very many ids some are listed", () => {
  const ids = Array.from({ length: 11 }, (_, i) => `id${i}`);
  expect(() => chooseOnly("port", "p", ids)).toThrow(/id9, …$/);
});

test("a name that is nearly another's suggests it", () => {
  expect(() => chooseOnly("router", "ruoter-1", [], ["router-1", "gw"])).toThrow("; did you mean router-1?");
});
