/** The function, computing once for each argument. What is remembered lives as long as the argument does, which must be a
 *  value that nobody changes. */
export function remembering<A extends object, R>(compute: (of: A) => R): (of: A) => R {
  const known = new WeakMap<A, { readonly result: R }>();
  return (of) => {
    const kept = known.get(of);
    if (kept !== undefined) return kept.result;
    const result = compute(of);
    known.set(of, { result });
    return result;
  };
}

/** Computes anew only when an input is another than last time. What is remembered of an argument lives as long as it does. */
export function rememberingLast<A extends object, R>(): (of: A, inputs: readonly unknown[], compute: () => R) => R {
  const known = new WeakMap<A, { readonly inputs: readonly unknown[]; readonly result: R }>();
  return (of, inputs, compute) => {
    const kept = known.get(of);
    if (kept !== undefined && sameInOrder(kept.inputs, inputs)) return kept.result;
    const result = compute();
    known.set(of, { inputs, result });
    return result;
  };
}

export const sameInOrder = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((each, at) => each === b[at]);

/** As `remembering`, for two arguments. */
export function rememberingPair<A extends object, B extends object, R>(
  compute: (one: A, other: B) => R,
): (one: A, other: B) => R {
  const by = remembering((one: A) => remembering((other: B) => compute(one, other)));
  return (one, other) => by(one)(other);
}
