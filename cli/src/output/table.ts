import type { Colours } from "./colour.ts";
import { printable } from "./printable.ts";

export interface Column<T> {
  readonly heading: string;
  text(item: T): string;
  /** Shown by colour too. */
  readonly status?: boolean;
  /** Shown with `-o wide` only, and only where there is something to show. */
  readonly wide?: boolean;
}

const gap = "  ";

/** Aligned columns below their headings; a heading alone where there are no items. The last column is not padded. */
export function formatTable<T>(items: readonly T[], columns: readonly Column<T>[], colours: Colours): string[] {
  const rows = items.map((item) => columns.map((column) => printable(column.text(item))));
  const widths = columns.map(({ heading }, i) =>
    Math.max(...[[heading], ...rows.map((row) => row.slice(i))].map(([text]) => length(text ?? ""))),
  );
  const line = (cells: readonly string[], paint: (text: string, i: number) => string): string =>
    cells
      .map((cell, i) => paint(i === cells.length - 1 ? cell : pad(cell, widths[i] ?? 0), i))
      .join(gap)
      .trimEnd();
  return [
    line(
      columns.map(({ heading }) => heading),
      (text) => colours.heading(text),
    ),
    ...rows.map((row) => line(row, (text, i) => (columns[i]?.status ? colours.status(text) : text))),
  ];
}

const length = (text: string): number => [...text].length;
const pad = (text: string, width: number): string => text + " ".repeat(width - length(text));
