import { expect, test } from "vitest";
import { curveChart } from "./chart/curves.ts";
import { targetChart } from "./chart/targets.ts";
import { type Row, resultOf } from "./row.ts";
import { table } from "./table.ts";

const row = (given: Partial<Row>): Row => ({
  ...{ name: "created", value: 10, unit: "ms", target: undefined, floor: undefined },
  ...given,
});

test("a target is the most that may be, or the least", () => {
  expect(resultOf("b", row({ value: 10, target: 10 })).ok).toBe(true);
  expect(resultOf("b", row({ value: 11, target: 10 })).ok).toBe(false);
  expect(resultOf("b", row({ value: 10, target: 10, better: "more" })).ok).toBe(true);
  expect(resultOf("b", row({ value: 9, target: 10, better: "more" })).ok).toBe(false);
  expect(resultOf("b", row({ value: 9 })).ok).toBe(true);
});

test("a ratio tells how many times worse than the floor it is, whichever way is better", () => {
  expect(resultOf("b", row({ value: 10, floor: 5 })).ratio).toBe(2);
  expect(resultOf("b", row({ value: 10, floor: 20, better: "more" })).ratio).toBe(2);
  expect(resultOf("b", row({ value: 10 })).ratio).toBeUndefined();
});

test("the table says what missed its target, and what changed since last time", () => {
  const before = [resultOf("b", row({ value: 8 })), resultOf("b", row({ name: "rate", value: 100, better: "more" }))];
  const now = [
    resultOf("b", row({ value: 10, target: 9 })),
    resultOf("b", row({ name: "rate", value: 200, better: "more", target: 100 })),
    resultOf("b", row({ name: "listed", size: 1000, value: 3 })),
  ];
  const [, created, rate, listed] = table(now, before).split("\n");
  expect(created).toMatch(/^created +10\.0 +ms +≤ 9\.00 .* 25 % worse +MISSED$/);
  expect(rate).toMatch(/^rate +200 +ms +≥ 100 .* 50 % better +ok$/);
  expect(listed).toMatch(/^listed, at 1,000 +3\.00 .* new$/);
});

test("where there is a floor, last time is compared by the ratio to it", () => {
  const before = [resultOf("b", row({ value: 10, floor: 5 }))];
  expect(table([resultOf("b", row({ value: 20, floor: 10 }))], before)).toMatch(/ same$/m);
});

test("what was measured at several sizes is drawn as a curve, with its floor", () => {
  const results = [10, 100, 1000].map((size) => resultOf("b", row({ size, value: size / 2, floor: size / 4 })));
  const chart = curveChart("b", results) ?? "";
  expect(chart.match(/<circle/g)).toHaveLength(3);
  expect(chart.match(/<polyline/g)).toHaveLength(2);
  expect(curveChart("b", results.slice(0, 1))).toBeUndefined();
});

test("a bar of the targets ends before the line, or beyond it", () => {
  const chart = targetChart([resultOf("b", row({ target: 20 })), resultOf("b", row({ name: "<slow>", target: 5 }))]);
  expect(chart).toContain('class="good" x="630" y="34" width="85"');
  expect(chart).toContain('class="bad" x="630" y="58" width="340"');
  expect(chart).toContain("&#60;slow&#62;");
});
