import type { RealisedEvent } from "./events.ts";

/** Takes one report of a node into the log. */
export interface RecordReport {
  readonly type: "RecordReport";
  /** Carries the report's seq. */
  readonly report: RealisedEvent;
}
