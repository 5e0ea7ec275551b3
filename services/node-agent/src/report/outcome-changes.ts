import type { ResourceOutcome } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import type { ResourceState } from "../plan/resource-states.ts";
import type { ReportedOutcome } from "./reported-file.ts";

/** How the desired keys stand now, as far as it differs from what was reported of them. */
export function outcomeChanges(
  states: ReadonlyMap<string, ResourceState>,
  positionOf: (key: string) => number,
  reported: ReadonlyMap<string, ReportedOutcome>,
): ResourceOutcome[] {
  const changes: ResourceOutcome[] = [];
  for (const [key, state] of states) {
    const position = positionOf(key);
    const known = reported.get(key);
    const error = errorOf(state);
    if (known?.position === position && known.error === error) continue;
    changes.push({ key, position, error, waiting: state.kind === "waiting" });
  }
  return changes;
}

/** What was reported, brought up to date. Keys that are no longer desired are forgotten. */
export function withOutcomes(
  reported: ReadonlyMap<string, ReportedOutcome>,
  changes: readonly ResourceOutcome[],
  isDesired: (key: string) => boolean,
): ReadonlyMap<string, ReportedOutcome> {
  const outcomes = new Map([...reported].filter(([key]) => isDesired(key)));
  for (const { key, position, error } of changes) outcomes.set(key, { position, error });
  return outcomes;
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
