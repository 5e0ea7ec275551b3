import { readFileSync } from "node:fs";
import { join } from "node:path";
import { metrics } from "@rhumbline/telemetry";
import { expect, test } from "vitest";

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string }[];
}

const dashboard = JSON.parse(readFileSync(join(import.meta.dirname, "rhumbline.json"), "utf8")) as { panels: Panel[] };
const queries = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
const used = new Set(queries.flatMap((query) => query.match(/\b(rhumbline|process)_[a-z_]+/g) ?? []));

/** A histogram is asked for by its series. */
const served = new Set(
  Object.values(metrics).flatMap(({ name, kind }) =>
    kind === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  ),
);

test("the dashboard asks for no metric that no process serves", () => {
  expect([...used].filter((name) => !served.has(name))).toEqual([]);
});

test("every metric is on the dashboard", () => {
  const shown = (name: string): boolean => used.has(name) || used.has(`${name}_bucket`);
  expect(
    Object.values(metrics)
      .map(({ name }) => name)
      .filter((name) => !shown(name)),
  ).toEqual([]);
});

test("no two panels share an id or a place", () => {
  const { panels } = dashboard;
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const places = panels.map(({ gridPos: { x, y } }) => `${x},${y}`);
  expect(new Set(places).size).toBe(panels.length);
});
