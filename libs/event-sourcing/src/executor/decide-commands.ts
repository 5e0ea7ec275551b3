import { randomUUID } from "node:crypto";
import type { Aggregate } from "../aggregate.ts";
import type { CommandContext } from "../command.ts";
import type { DomainEvent, EventCodec, EventMetadata } from "../event.ts";
import type { NewEvent, StreamAppend } from "../event-store.ts";
import type { Fold } from "../fold.ts";
import type { WritingService } from "../streams.ts";
import { streamOf } from "../streams.ts";

/** A command as far as deciding it goes. */
export interface Decidable {
  decide(aggregate: unknown): readonly DomainEvent[];
  readonly context: CommandContext;
}

export interface Decided<C> extends StreamAppend {
  /** Of the commands that led to nothing, why. */
  readonly refusals: ReadonlyMap<C, unknown>;
}

export interface Writer<S> {
  readonly fold: Fold<S>;
  readonly service: WritingService;
  readonly codec: EventCodec<DomainEvent>;
}

/** Decides commands on one stream on the state as folded, each on what those before it led to. */
export function decideCommands<S, A, C extends Decidable>(
  writer: Writer<S>,
  aggregate: Aggregate<S, A, DomainEvent>,
  id: string,
  commands: readonly C[],
  epoch: number,
): Decided<C> {
  const { fold } = writer;
  const stream = streamOf(aggregate.category, id);
  const timeMs = Math.max(Date.now(), fold.timeMs);
  const base = fold.revisionOf(stream);
  let state = aggregate.select(fold.state, id);
  const events: NewEvent[] = [];
  const refusals = new Map<C, unknown>();
  for (const command of commands) {
    try {
      const decided = command.decide(state);
      const stored = decided.map((event, i) =>
        toStore(writer, event, { timeMs, epoch }, command.context, i === decided.length - 1),
      );
      const revision = base + 1 + events.length;
      state = decided.reduce(
        (before, event, i) => aggregate.evolve(before, event, { revision: revision + i, timeMs }),
        state,
      );
      // Only now, so that a command that breaks on the way leaves nothing of itself behind.
      events.push(...stored);
    } catch (error) {
      refusals.set(command, error);
    }
  }
  return { stream, expected: base < 0 ? "no-stream" : base, events, refusals };
}

function toStore(
  { service, codec }: Pick<Writer<unknown>, "service" | "codec">,
  event: DomainEvent,
  { timeMs, epoch }: { timeMs: number; epoch: number },
  context: CommandContext,
  last: boolean,
): NewEvent {
  const metadata: EventMetadata = {
    $correlationId: context.correlationId,
    $causationId: context.causationId,
    service,
    epoch,
    timeMs,
    actor: context.actor,
    projectId: context.projectId,
    ...(context.traceparent && { traceparent: context.traceparent }),
    ...(last && context.completes && { request: context.completes }),
  };
  return { id: randomUUID(), type: event.type, data: codec.encode(event), metadata };
}
