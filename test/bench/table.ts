import { figure } from "./figure.ts";
import { type Result, timesWorse, titleOf } from "./row.ts";

const titles = ["BENCHMARK", "VALUE", "UNIT", "TARGET", "FLOOR", "RATIO", "CLASSIC", "LAST TIME", ""];

/** An aligned line a row.
 *  @param before the rows of the run before, for comparison. */
export function table(results: readonly Result[], before: readonly Result[]): string {
  const lines = [titles, ...results.map((result) => cells(result, before))];
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

function cells(result: Result, before: readonly Result[]): string[] {
  const { value, unit, target, floor, ratio, classic, better, ok } = result;
  const last = before.find((row) => row.benchmark === result.benchmark && titleOf(row) === titleOf(result));
  const bound = target === undefined ? "-" : `${better === "more" ? "≥" : "≤"} ${figure(target)}`;
  const verdict = target === undefined ? "" : ok ? "ok" : "MISSED";
  const numbers = [figure(value), unit, bound, figure(floor), figure(ratio), figure(classic)];
  return [titleOf(result), ...numbers, last === undefined ? "new" : change(last, result), verdict];
}

/** By how much it is better or worse than last time: against its floor where it has one, since that takes the machine's
 *  mood out of it. */
function change(last: Result, { value, ratio, better }: Result): string {
  const times =
    last.ratio === undefined || ratio === undefined
      ? timesWorse({ better: better ?? "less" }, value, last.value)
      : ratio / last.ratio;
  if (!Number.isFinite(times) || times <= 0) return "-";
  const percent = Math.round((times - 1) * 100);
  if (percent === 0) return "same";
  return percent > 0 ? `${percent} % worse` : `${-percent} % better`;
}
