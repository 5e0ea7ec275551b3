import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Result } from "../row.ts";
import { curveChart } from "./curves.ts";
import { targetChart } from "./targets.ts";

const folder = join(import.meta.dirname, "../../../docs/figures");

/** The charts of all that is recorded: docs/figures/targets.svg, and one for each benchmark with curves. */
export function drawCharts(results: readonly Result[]): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "targets.svg"), targetChart(results));
  for (const name of new Set(results.map(({ benchmark }) => benchmark))) {
    const chart = curveChart(
      name,
      results.filter(({ benchmark }) => benchmark === name),
    );
    if (chart !== undefined) writeFileSync(join(folder, `${name}.svg`), chart);
  }
}
