import type { ResourceOutcome } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { changedKeys } from "../observed/changed-keys.ts";
import type { ResourceState } from "../plan/resource-states.ts";
import type { ReportedOutcome } from "./reported-file.ts";

export interface OutcomeChanges {
  readonly resources: readonly ResourceOutcome[];
  /** Keys of which something was reported that are no longer desired. */
  readonly forgotten: readonly string[];
}

/** How desired keys stand: the same keys in both. */
export interface OutcomeStanding {
  readonly states: ReadonlyMap<string, ResourceState>;
  /** Where each was desired last. */
  readonly desired: ReadonlyMap<string, { readonly position: number }>;
}

/** How the desired keys stand, as far as it differs from what was reported of them. Each time it is found out of what
 *  changed since the time before. */
export class UnreportedOutcomes {
  #standing: OutcomeStanding = { states: new Map(), desired: new Map() };
  #reported: ReadonlyMap<string, ReportedOutcome> = new Map();
  readonly #keys = new Set<string>();

  between(reported: ReadonlyMap<string, ReportedOutcome>, standing: OutcomeStanding): OutcomeChanges {
    const { states, desired } = this.#standing;
    this.#compare(changedKeys(this.#reported, reported), reported, standing);
    this.#compare(changedKeys(states, standing.states), reported, standing);
    this.#compare(changedKeys(desired, standing.desired), reported, standing);
    this.#standing = standing;
    this.#reported = reported;
    const keys = [...this.#keys].sort();
    return {
      resources: keys.flatMap((key) => outcomeOf(key, standing) ?? []),
      forgotten: keys.filter((key) => !standing.states.has(key)),
    };
  }

  #compare(
    changed: readonly string[],
    reported: ReadonlyMap<string, ReportedOutcome>,
    standing: OutcomeStanding,
  ): void {
    for (const key of changed) {
      const known = reported.get(key);
      const outcome = outcomeOf(key, standing);
      if (known?.position === outcome?.position && known?.error === outcome?.error) this.#keys.delete(key);
      else this.#keys.add(key);
    }
  }
}

/** Undefined: it is not desired. */
function outcomeOf(key: string, { states, desired }: OutcomeStanding): ResourceOutcome | undefined {
  const state = states.get(key);
  if (state === undefined) return undefined;
  const position = desired.get(key)?.position ?? 0;
  return { key, position, error: errorOf(state), waiting: state.kind === "waiting" };
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
