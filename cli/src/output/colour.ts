import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

/** Colours for a terminal; plain text everywhere else. */
export interface Colours {
  heading(text: string): string;
  dim(text: string): string;
  error(text: string): string;
  /** A status, by what it means: green is as it should be, yellow is on its way, red needs somebody. */
  status(text: string): string;
}

const styleByStatus = new Map<string, Style>([
  ["ACTIVE", "green"],
  ["alive", "green"],
  ["equal", "green"],
  ["serving", "green"],
  ["BUILD", "yellow"],
  ["ERROR", "red"],
  ["dead", "red"],
  ["DIFFERENT", "red"],
  ["not reached", "red"],
  ["not verified", "red"],
]);

export function colours(enabled: boolean): Colours {
  const as = (style: Style | undefined, text: string): string =>
    // Whether colours are wanted is decided already.
    enabled && style !== undefined ? styleText(style, text, { validateStream: false }) : text;
  return {
    heading: (text) => as("bold", text),
    dim: (text) => as("dim", text),
    error: (text) => as("red", text),
    status: (text) => as(styleByStatus.get(text.trim()), text),
  };
}
