/** The environment of a program of ours that takes the time to be so many minutes later than it is. */
export function clockOffBy(minutes: number): { env: Record<string, string> } {
  const program = `const Real = Date; const now = () => Real.now() + ${minutes * 60_000};
    globalThis.Date = class extends Real { constructor(...a) { a.length ? super(...a) : super(now()) } static now() { return now() } };`;
  return { env: { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(program)}` } };
}
