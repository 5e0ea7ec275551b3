/** The middle one of several; of an even number, the upper of the two in the middle. 0 where there is none. */
export const middleOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
