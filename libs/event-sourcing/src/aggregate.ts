import type { DomainEvent } from "./event.ts";
import type { Category } from "./streams.ts";

/** When an event came to be, as far as folding it needs to know. */
export interface Stamp {
  /** Of the event in its stream; the etag of what it changed. */
  readonly revision: number;
  readonly timeMs: number;
}

/** One kind of thing with a stream each: how to find it in the service's state and what an event makes of it. */
export interface Aggregate<S, A, E extends DomainEvent> {
  readonly category: Category;
  /** Something that means "not there" when it is not there. */
  select(state: S, id: string): A;
  /** Answers a new value and leaves the old as it was: commands are decided on states that may never come to be. */
  evolve(aggregate: A, event: E, stamp: Stamp): A;
}
