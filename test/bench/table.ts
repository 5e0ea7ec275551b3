import type { Result } from "./row.ts";

const titles = ["BENCHMARK", "VALUE", "UNIT", "TARGET", "FLOOR", "RATIO", ""];

/** An aligned line a row. */
export function table(results: readonly Result[]): string {
  const lines = [titles, ...results.map(cells)];
  const widths = titles.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

function cells({ name, value, unit, target, floor, ratio, ok }: Result): string[] {
  return [name, figure(value), unit, figure(target), figure(floor), figure(ratio), ok ? "ok" : "MISSED"];
}

const figure = (value: number | undefined): string =>
  value === undefined ? "-" : value >= 100 ? value.toFixed(0) : value.toPrecision(3);
