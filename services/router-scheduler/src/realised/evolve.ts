import { PersistentMap, type Stamp } from "@rhumbline/event-sourcing";
import type { NodeChangesApplied, NodeStarted } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import type { RealisedEvent } from "./events.ts";
import type { Outcome, Realised } from "./state.ts";

export function evolveRealised(realised: Realised, event: RealisedEvent, { timeMs }: Stamp): Realised {
  const { seq: lastSeq, incarnation } = event.data;
  const reported = { ...realised, lastSeq, incarnation, lastReportTimeMs: timeMs };
  switch (event.type) {
    case "NodeStarted":
      return started(reported, event.data);
    case "NodeChangesApplied":
      return applied(reported, event.data);
    case "NodeReportsLost":
      return reported;
    default:
      return event satisfies never;
  }
}

/** Another boot means an empty kernel: nothing of what was reported stands any more. */
function started(realised: Realised, { bootId }: NodeStarted): Realised {
  if (bootId === realised.bootId) return realised;
  return { ...realised, bootId, appliedPosition: 0, outcomes: PersistentMap.empty() };
}

function applied(realised: Realised, { position, resources }: NodeChangesApplied): Realised {
  const outcomes = resources.reduce((known, { key, ...outcome }) => known.with(key, outcome), realised.outcomes);
  return { ...realised, appliedPosition: position, outcomes };
}

/** Without what is known of keys that nobody asks for any more. */
export function forgetOutcomes(realised: Realised, keys: readonly string[]): Realised {
  const outcomes = keys.reduce((known: PersistentMap<string, Outcome>, key) => known.without(key), realised.outcomes);
  return { ...realised, outcomes };
}

export const forgetAllOutcomes = (realised: Realised): Realised => ({ ...realised, outcomes: PersistentMap.empty() });
