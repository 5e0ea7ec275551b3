import type { Stamp } from "./aggregate.ts";
import { canonicalText } from "./canonical.ts";
import { DomainError } from "./domain-error.ts";
import type { DomainEvent } from "./event.ts";

/** A pure decider and its fold, as an aggregate's room exports them. */
export interface Decider<A, C, E extends DomainEvent> {
  readonly initial: A;
  decide(command: C, aggregate: A): readonly E[];
  evolve(aggregate: A, event: E, stamp: Stamp): A;
}

export interface Given<A, C, E> {
  /** The aggregate after the given events. */
  readonly aggregate: A;
  when(command: C): Outcome<E>;
}

export interface Outcome<E> {
  /** Exactly these events, in this order. */
  then(...expected: E[]): void;
  nothing(): void;
  /** A DomainError of this reason; answers it for a closer look. */
  refused(reason: string): DomainError;
  readonly events: readonly E[];
}

/** Reads as a sentence: given these events, when this command, then those. Event n happened at second n. */
export function given<A, C, E extends DomainEvent>(decider: Decider<A, C, E>, ...events: E[]): Given<A, C, E> {
  const aggregate = events.reduce(
    (state, event, i) => decider.evolve(state, event, { revision: i, timeMs: i * 1000 }),
    decider.initial,
  );
  return {
    aggregate,
    when: (command) => outcome(() => decider.decide(command, aggregate)),
  };
}

function outcome<E>(decide: () => readonly E[]): Outcome<E> {
  const then = (...expected: E[]): void => {
    const decided = decide();
    if (canonicalText(decided) !== canonicalText(expected)) {
      throw new Error(`expected\n  ${canonicalText(expected)}\nbut it was decided\n  ${canonicalText(decided)}`);
    }
  };
  return {
    then,
    nothing: () => then(),
    refused(reason) {
      const error = thrownBy(decide);
      if (!(error instanceof DomainError))
        throw new Error(`expected a refusal ${reason}, but got ${String(error)}`, { cause: error });
      if (error.reason !== reason)
        throw new Error(`expected a refusal ${reason}, but it was ${error.reason}: ${error.message}`);
      return error;
    },
    get events() {
      return decide();
    },
  };
}

function thrownBy(act: () => unknown): unknown {
  try {
    return `the events ${canonicalText(act())}`;
  } catch (error) {
    return error;
  }
}
