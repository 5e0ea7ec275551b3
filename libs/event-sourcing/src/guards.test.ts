import { expect, test } from "vitest";
import { createGuards } from "./guards.ts";

/** Work that the test ends by hand. */
function work() {
  let end = (): void => {};
  let began = false;
  const act = () => {
    began = true;
    return new Promise<void>((resolve) => {
      end = resolve;
    });
  };
  return { act, end: () => end(), began: () => began };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("two that share a guard run side by side; one that wants it alone waits for both", async () => {
  const guards = createGuards();
  const [a, b, alone] = [work(), work(), work()];
  const all = [
    guards.hold({ shared: ["network-1"] }, a.act),
    guards.hold({ shared: ["network-1"] }, b.act),
    guards.hold({ exclusive: ["network-1"] }, alone.act),
  ];
  await settled();
  expect([a.began(), b.began(), alone.began()]).toEqual([true, true, false]);
  a.end();
  await settled();
  expect(alone.began()).toBe(false);
  b.end();
  await settled();
  expect(alone.began()).toBe(true);
  alone.end();
  await Promise.all(all);
});

test("who comes later does not overtake one that waits for the guard alone", async () => {
  const guards = createGuards();
  const [first, alone, late] = [work(), work(), work()];
  const all = [
    guards.hold({ shared: ["network-1"] }, first.act),
    guards.hold({ exclusive: ["network-1"] }, alone.act),
    guards.hold({ shared: ["network-1"] }, late.act),
  ];
  await settled();
  expect(late.began()).toBe(false);
  first.end();
  await settled();
  expect([alone.began(), late.began()]).toEqual([true, false]);
  alone.end();
  await settled();
  late.end();
  await Promise.all(all);
  expect(late.began()).toBe(true);
});

test("who wants other guards does not wait", async () => {
  const guards = createGuards();
  const [one, other] = [work(), work()];
  const all = [
    guards.hold({ exclusive: ["network-1"] }, one.act),
    guards.hold({ exclusive: ["network-2"], shared: ["router-1"] }, other.act),
  ];
  await settled();
  expect([one.began(), other.began()]).toEqual([true, true]);
  one.end();
  other.end();
  await Promise.all(all);
});

test("two that want the same guards in opposite order both get them", async () => {
  const guards = createGuards();
  const order: string[] = [];
  await Promise.all([
    guards.hold({ exclusive: ["a", "b"] }, async () => void order.push("first")),
    guards.hold({ exclusive: ["b", "a"] }, async () => void order.push("second")),
  ]);
  expect(order).toEqual(["first", "second"]);
});

test("a guard is free again after work that failed", async () => {
  const guards = createGuards();
  await expect(guards.hold({ exclusive: ["a"] }, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  await expect(guards.hold({ exclusive: ["a"] }, async () => "done")).resolves.toBe("done");
});
