/** From a value to its place on an axis. */
export interface Scale {
  at(value: number): number;
  readonly ticks: readonly number[];
}

/** Tens are equally far apart. */
export function logarithmic(values: readonly number[], [from, to]: readonly [number, number]): Scale {
  const first = Math.floor(Math.log10(Math.min(...values)));
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...values))));
  const at = (value: number): number => from + ((Math.log10(value) - first) / (last - first)) * (to - from);
  return { at, ticks: Array.from({ length: last - first + 1 }, (_, step) => 10 ** (first + step)) };
}

/** From nothing to a round number above all. */
export function linear(values: readonly number[], [from, to]: readonly [number, number]): Scale {
  const most = Math.max(...values);
  const step = roundStep(most / 4);
  const count = Math.ceil(most / step);
  const at = (value: number): number => from + (value / (count * step)) * (to - from);
  return { at, ticks: Array.from({ length: count + 1 }, (_, index) => index * step) };
}

/** 1, 2 or 5 times a power of ten, not below the number. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5, 10].find((times) => times * power >= least) ?? 10) * power;
}
