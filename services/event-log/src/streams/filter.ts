import type { ReadReq_Options_FilterOptions as FilterOptions } from "@rhumbline/proto/kurrent/streams";
import type { LogRecord } from "../store/record.ts";
import { invalid } from "./refusals.ts";

export interface EventFilter {
  matches(record: LogRecord): boolean;
  /** A subscription sends a checkpoint each time it has considered this many events. */
  readonly checkpointInterval: number;
}

/** The search window where the client names none. */
const defaultWindow = 32;

/** The filter of a read of $all: by stream name or by event type, prefixes or a regular expression. */
export function parseFilter(options: FilterOptions): EventFilter {
  const window = options.window?.$case === "max" ? options.window.value : defaultWindow;
  const checkpointInterval = Math.max(1, window) * Math.max(1, options.checkpointIntervalMultiplier);
  const matchesText = textMatcher(options.filter?.value);
  if (options.filter?.$case === "eventType") return { matches: ({ type }) => matchesText(type), checkpointInterval };
  return { matches: ({ stream }) => matchesText(stream), checkpointInterval };
}

function textMatcher(expression: { regex: string; prefix: readonly string[] } | undefined): (text: string) => boolean {
  if (expression === undefined)
    throw invalid("filter: an expression on the stream's name or the event's type is needed");
  if (expression.regex === "") return (text) => expression.prefix.some((prefix) => text.startsWith(prefix));
  const regex = parseRegex(expression.regex);
  return (text) => regex.test(text);
}

function parseRegex(source: string): RegExp {
  try {
    return new RegExp(source, "u");
  } catch {
    throw invalid(`filter: ${source} is not a regular expression`);
  }
}
