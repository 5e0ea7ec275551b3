import { expect, test } from "vitest";
import { metrics } from "./metrics.ts";

const all = Object.values(metrics);

test("every metric has a name of its own, with its unit where it has one", () => {
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  for (const { name, kind, help } of all) {
    expect(name).toMatch(/^(rhumbline|process)_[a-z]+(_[a-z]+)*$/);
    if (kind === "counter") expect(name).toMatch(/_total$/);
    if (kind === "histogram") expect(name).toMatch(/_seconds$/);
    expect(help).toMatch(/\.$/);
  }
});

test("no label is an id: each has few values, however large the installation", () => {
  expect([...new Set(all.flatMap(({ labels = [] }: { labels?: readonly string[] }) => labels))].sort()).toEqual([
    "code",
    "method",
    "outcome",
    "state",
  ]);
});
