import { figure } from "../figure.ts";
import { type Result, timesWorse, titleOf } from "../row.ts";
import { drawing, element, type Svg } from "./svg.ts";

const width = 1110;
const bars = { left: 630, right: 970, top: 34, line: 24 };
/** A bar ends here, how far beyond its target the figure may be. */
const longest = 2;

/** How near every figure that has a target is to it: bars that end left of the line have reached theirs. */
export function targetChart(results: readonly Result[]): Svg {
  const judged = results.filter(({ target }) => target !== undefined);
  const height = bars.top + judged.length * bars.line + 10;
  const bound = bars.left + (bars.right - bars.left) / longest;
  return drawing("Every target, and how near its figure is", { width, height }, [
    element("text", { class: "faint", x: bound, y: 18, "text-anchor": "middle" }, "target"),
    ...judged.flatMap((result, index) => bar(result, bars.top + index * bars.line)),
    element("line", { class: "bound", x1: bound, x2: bound, y1: 24, y2: height - 6, "stroke-dasharray": "4 3" }),
  ]);
}

function bar(result: Result, y: number): Svg[] {
  const { value, unit, target = value, better, ok } = result;
  const share = Math.min(longest, timesWorse({ better: better ?? "less" }, value, target));
  const length = Math.max(1, (share / longest) * (bars.right - bars.left));
  return [
    element("text", { class: "ink", x: bars.left - 10, y: y + 12, "text-anchor": "end" }, titleOf(result)),
    element("rect", { class: ok ? "good" : "bad", x: bars.left, y, width: length, height: 15, rx: 2 }),
    element("text", { class: "faint", x: bars.right + 8, y: y + 12 }, `${figure(value)} of ${figure(target)} ${unit}`),
  ];
}
