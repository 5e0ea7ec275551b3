/** One figure of a benchmark. */
export interface Row {
  /** Rows of one name and several sizes are the points of a curve. */
  readonly name: string;
  /** Of how many things the world consists in which it was measured. */
  readonly size?: number;
  readonly value: number;
  readonly unit: string;
  /** What it is to reach; undefined: it is shown, not judged. */
  readonly target: number | undefined;
  /** Which of two values is the better one; less, if it is not told. A target is the most that may be, or the least. */
  readonly better?: "less" | "more";
  /** The same by the least that could do it, measured in the same run; what the machine makes of it. */
  readonly floor: number | undefined;
  /** The same in the classic way, measured in the same run: a process for each command. */
  readonly classic?: number;
}

/** As it is shown and kept. */
export interface Result extends Row {
  /** Whose figure it is. */
  readonly benchmark: string;
  /** How many times worse than the floor. */
  readonly ratio: number | undefined;
  readonly ok: boolean;
}

export function resultOf(benchmark: string, row: Row): Result {
  const { value, target, floor } = row;
  return {
    benchmark,
    ...row,
    ratio: floor === undefined || floor === 0 || value === 0 ? undefined : timesWorse(row, value, floor),
    ok: target === undefined || timesWorse(row, value, target) <= 1,
  };
}

/** How many times worse a value is than what it is compared with: 1 is as good, 2 takes twice as long or does half as much. */
export const timesWorse = ({ better }: Pick<Row, "better">, value: number, against: number): number =>
  better === "more" ? against / value : value / against;

/** Its name, and at which size. */
export const titleOf = ({ name, size }: Pick<Row, "name" | "size">): string =>
  size === undefined ? name : `${name}, at ${size.toLocaleString("en")}`;

/** Milliseconds that the work took. */
export async function elapsedMs(work: () => unknown): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}
