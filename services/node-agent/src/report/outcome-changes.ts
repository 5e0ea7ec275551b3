import type { ResourceOutcome } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import type { ResourceState } from "../plan/resource-states.ts";
import type { Reported, ReportedOutcome } from "./reported-file.ts";

/** How the desired keys stand now, as far as it differs from what was reported of them. */
export function outcomeChanges(
  states: ReadonlyMap<string, ResourceState>,
  positionOf: (key: string) => number,
  reported: ReadonlyMap<string, ReportedOutcome>,
): ResourceOutcome[] {
  if (toldBy.get(states) === reported) return [];
  const changes: ResourceOutcome[] = [];
  for (const [key, state] of states) {
    const position = positionOf(key);
    const known = reported.get(key);
    const error = errorOf(state);
    if (known?.position === position && known.error === error) continue;
    changes.push({ key, position, error, waiting: state.kind === "waiting" });
  }
  if (changes.length === 0) toldBy.set(states, reported);
  return changes;
}

/** How keys stand -> what was reported, where that says the same. */
const toldBy = new WeakMap<ReadonlyMap<string, ResourceState>, ReadonlyMap<string, ReportedOutcome>>();

interface OutcomesAfter {
  readonly outcomes: Reported["outcomes"];
  readonly changed: readonly (readonly [string, ReportedOutcome])[];
  readonly forgotten: readonly string[];
}

/** What was reported, brought up to date. Keys that are no longer desired are forgotten. */
export function withOutcomes(
  reported: Reported["outcomes"],
  changes: readonly ResourceOutcome[],
  isDesired: (key: string) => boolean,
): OutcomesAfter {
  const forgotten = [...reported.keys()].filter((key) => !isDesired(key));
  const changed = changes.map(({ key, position, error }) => [key, { position, error }] as const);
  const outcomes = reported.withAll([...forgotten.map((key) => [key, undefined] as const), ...changed]);
  return { outcomes, changed, forgotten };
}

function errorOf(state: ResourceState): string {
  switch (state.kind) {
    case "realised":
      return "";
    case "waiting":
      return state.reason;
    case "failed":
      return state.error;
    default:
      return state satisfies never;
  }
}
