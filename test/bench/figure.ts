/** A number with three digits that count, or whole. */
export function figure(value: number | undefined): string {
  if (value === undefined) return "-";
  if (value === 0) return "0";
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
}
