/** One figure of a benchmark. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it is to stay below. */
  readonly target: number;
  /** The same by the least that could do it, measured in the same run; what the machine makes of it. */
  readonly floor: number | undefined;
}

/** As it is shown and kept. */
export interface Result extends Row {
  /** How many times the floor. */
  readonly ratio: number | undefined;
  readonly ok: boolean;
}

export const resultOf = (row: Row): Result => ({
  ...row,
  ratio: row.floor === undefined || row.floor === 0 ? undefined : row.value / row.floor,
  ok: row.value <= row.target,
});

/** Milliseconds that the work took. */
export async function elapsedMs(work: () => unknown): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}
