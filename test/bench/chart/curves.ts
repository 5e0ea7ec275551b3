import { figure } from "../figure.ts";
import type { Result } from "../row.ts";
import { linear, logarithmic, type Scale } from "./scale.ts";
import { drawing, element, type Svg } from "./svg.ts";

const width = 760;
const plot = { left: 70, right: 740, height: 220, above: 40, below: 40 };
const legendLine = 18;
const colours = ["#0969da", "#8250df", "#bf8700", "#1a7f37", "#cf222e", "#0a7ea4", "#bc4c00", "#6e7781"];
/** Curves that differ by more are drawn with tens equally far apart. */
const widestLinear = 30;

interface Curve {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly (Result & { readonly size: number })[];
}

/** How figures go with size: a panel for each unit, whole lines for what was measured, dashed ones for its floor, dotted
 *  ones for the classic way. Undefined: nothing was measured at several sizes. */
export function curveChart(benchmark: string, results: readonly Result[]): Svg | undefined {
  const curves = curvesIn(results);
  if (curves.length === 0) return undefined;
  const units = [...new Set(curves.map(({ points: [first] }) => first?.unit ?? ""))];
  let top = 0;
  const panels = units.map((unit) => {
    const shown = curves.filter(({ points: [first] }) => first?.unit === unit);
    const panel = element("g", { transform: `translate(0 ${top})` }, drawPanel(unit, shown));
    top += plot.above + plot.height + plot.below + shown.length * legendLine;
    return panel;
  });
  return drawing(`${benchmark}: how its figures go with size`, { width, height: top }, panels);
}

function curvesIn(results: readonly Result[]): Curve[] {
  const names = [...new Set(results.map(({ name }) => name))];
  const all = names.map((name) =>
    results.flatMap((row) => (row.name === name && row.size !== undefined ? [{ ...row, size: row.size }] : [])),
  );
  return all
    .filter((points) => points.length > 1)
    .map((points, index) => ({
      name: points[0]?.name ?? "",
      colour: colours[index % colours.length] ?? "#6e7781",
      points: points.toSorted((a, b) => a.size - b.size),
    }));
}

function drawPanel(unit: string, curves: readonly Curve[]): Svg[] {
  const points = curves.flatMap((curve) => curve.points);
  const bottom = plot.above + plot.height;
  const heights = points.flatMap(({ value, floor, classic }) => [value, floor ?? value, classic ?? value]);
  const positive = heights.filter((height) => height > 0);
  const sizes = logarithmic(
    points.map(({ size }) => size),
    [plot.left, plot.right],
  );
  const spread = Math.max(...positive) / Math.min(...positive);
  const scale = spread > widestLinear ? logarithmic : linear;
  const values = scale(positive, [bottom, plot.above]);
  return [
    element("text", { class: "ink", x: 8, y: 20, "font-weight": 600 }, unit),
    ...values.ticks.map((tick) => valueTick(values, tick)),
    ...sizes.ticks.map((tick) => sizeTick(sizes, tick, bottom)),
    ...curves.flatMap((curve, index) => [
      ...drawCurve(curve, sizes, values),
      ...legend(curve, bottom + plot.below + index * legendLine),
    ]),
  ];
}

function valueTick(values: Scale, tick: number): Svg {
  const y = values.at(tick);
  return element("g", {}, [
    element("line", { class: "rule", x1: plot.left, x2: plot.right, y1: y, y2: y }),
    element("text", { class: "faint", x: plot.left - 8, y: y + 4, "text-anchor": "end" }, axisFigure(tick)),
  ]);
}

const sizeTick = (sizes: Scale, tick: number, bottom: number): Svg =>
  element("text", { class: "faint", x: sizes.at(tick), y: bottom + 18, "text-anchor": "middle" }, axisFigure(tick));

const axisFigure = (tick: number): string => tick.toLocaleString("en", { maximumSignificantDigits: 3 });

function drawCurve({ points, colour }: Curve, sizes: Scale, values: Scale): Svg[] {
  const line = (of: (row: Result) => number | undefined, dashes: string): Svg[] => {
    const places = points.flatMap((row) => {
      const height = of(row);
      return height === undefined || height <= 0 ? [] : [`${round(sizes.at(row.size))},${round(values.at(height))}`];
    });
    const look = { fill: "none", stroke: colour, "stroke-width": 2, "stroke-dasharray": dashes };
    return places.length < 2 ? [] : [element("polyline", { points: places.join(" "), ...look })];
  };
  return [
    ...line(({ value }) => value, "none"),
    ...line(({ floor }) => floor, "6 4"),
    ...line(({ classic }) => classic, "1 4"),
    ...points.map(({ size, value }) =>
      element("circle", { cx: sizes.at(size), cy: values.at(value), r: 3, fill: colour }),
    ),
  ];
}

function legend({ name, colour, points }: Curve, y: number): Svg[] {
  const last = points.at(-1);
  const extra = [
    ...(last?.floor === undefined ? [] : [`floor ${figure(last.floor)}, dashed`]),
    ...(last?.classic === undefined ? [] : [`classic ${figure(last.classic)}, dotted`]),
  ];
  const text = [`${name}: ${figure(last?.value)} at ${axisFigure(last?.size ?? 0)}`, ...extra].join("; ");
  return [
    element("rect", { x: plot.left, y: y - 9, width: 10, height: 10, fill: colour }),
    element("text", { class: "ink", x: plot.left + 18, y }, text),
  ];
}

const round = (place: number): number => Math.round(place * 10) / 10;
