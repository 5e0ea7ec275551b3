import { randomUUID } from "node:crypto";
import type { Aggregate } from "./aggregate.ts";
import { appendUntilKnown } from "./append-until-known.ts";
import type { CommandContext } from "./command.ts";
import type { DomainEvent, EventCodec, EventMetadata } from "./event.ts";
import type { EventStore, NewEvent, Position } from "./event-store.ts";
import { AppendTooLarge } from "./event-store-errors.ts";
import type { Fold } from "./fold.ts";
import type { Follower } from "./follower.ts";
import { InvalidFields, NoWriter, WriterDeposed } from "./refusals.ts";
import type { Replica } from "./replica.ts";
import { streamOf } from "./streams.ts";

export interface Executed<A> {
  /** The aggregate as it stands after the command. */
  readonly aggregate: A;
  /** Of the command's last event; of the fold, where the command had nothing to change. */
  readonly position: Position;
}

/** Decides commands and appends what they lead to: the one way into the log for a service. */
export interface Executor<S> {
  /** Commands on one stream are decided in the order of their arrival, together where they wait together: one fold, one
   *  append. Answers when the service's own fold has reached the append, and goes on until the outcome is known,
   *  however long the log is away: whoever can't wait answers its caller without it.
   *  @throws {DomainError} what `decide` refused, or that this replica may not write. */
  execute<A, E extends DomainEvent>(
    aggregate: Aggregate<S, A, E>,
    id: string,
    decide: (aggregate: A) => readonly E[],
    context: CommandContext,
  ): Promise<Executed<A>>;
  /** What `execute` would do now, without doing it. */
  rehearse<A, E extends DomainEvent>(
    aggregate: Aggregate<S, A, E>,
    id: string,
    decide: (aggregate: A) => readonly E[],
  ): A;
}

interface Waiting {
  decide(aggregate: unknown): readonly DomainEvent[];
  readonly context: CommandContext;
  readonly resolve: (executed: Executed<unknown>) => void;
  readonly reject: (error: unknown) => void;
}

/** Commands of one stream that are decided and appended together at the most. */
const maxBatch = 200;

export function createExecutor<S>(options: {
  store: EventStore;
  fold: Fold<S>;
  follower: Pick<Follower, "catchUp">;
  replica: Replica;
  codec: EventCodec<DomainEvent>;
  /** Told of each append: taken, or refused because somebody else had been faster. */
  appended?(outcome: "taken" | "overtaken"): void;
}): Executor<S> {
  const { store, fold, follower, replica, codec } = options;
  const queues = new Map<string, Waiting[]>();

  const toStore = (
    event: DomainEvent,
    timeMs: number,
    epoch: number,
    context: CommandContext,
    last: boolean,
  ): NewEvent => {
    const metadata: EventMetadata = {
      $correlationId: context.correlationId,
      $causationId: context.causationId,
      service: replica.service,
      epoch,
      timeMs,
      actor: context.actor,
      projectId: context.projectId,
      ...(context.traceparent && { traceparent: context.traceparent }),
      ...(last && context.completes && { request: context.completes }),
    };
    return { id: randomUUID(), type: event.type, data: codec.encode(event), metadata };
  };

  /** Decides the whole batch on the state as folded, each command on what those before it led to. */
  const decideAll = <A>(
    aggregate: Aggregate<S, A, DomainEvent>,
    id: string,
    batch: readonly Waiting[],
    epoch: number,
  ) => {
    const timeMs = Math.max(Date.now(), fold.timeMs);
    const base = fold.revisionOf(streamOf(aggregate.category, id));
    let state = aggregate.select(fold.state, id);
    const events: NewEvent[] = [];
    const refusals = new Map<Waiting, unknown>();
    for (const command of batch) {
      try {
        const decided = command.decide(state);
        const stored = decided.map((event, i) =>
          toStore(event, timeMs, epoch, command.context, i === decided.length - 1),
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
    return { events, refusals, expected: base < 0 ? ("no-stream" as const) : base };
  };

  const runBatch = async <A>(
    aggregate: Aggregate<S, A, DomainEvent>,
    id: string,
    batch: readonly Waiting[],
  ): Promise<void> => {
    const stream = streamOf(aggregate.category, id);
    for (;;) {
      const epoch = replica.epoch();
      if (epoch === undefined)
        throw new NoWriter(replica.service, `it is ${replica.writerAddress() ?? "nobody"} by the log`);
      const { events, refusals, expected } = decideAll(aggregate, id, batch, epoch);
      let position = fold.position;
      if (events.length > 0) {
        const appended = await appendUntilKnown(store, stream, expected, events);
        options.appended?.(appended === "overtaken" ? "overtaken" : "taken");
        if (appended === "overtaken") {
          // Somebody else appended to the stream: a deposed writer, or the writer that deposed us. Look, and decide anew.
          await follower.catchUp();
          continue;
        }
        position = appended.position;
        await fold.reached(position);
        if (fold.wasSkipped(position)) throw new WriterDeposed(replica.service);
      }
      for (const command of batch) {
        if (refusals.has(command)) command.reject(refusals.get(command));
        else command.resolve({ aggregate: aggregate.select(fold.state, id), position });
      }
      return;
    }
  };

  /** Answers every command of the batch. What is too large for one append is tried in two. */
  const settle = async <A>(
    aggregate: Aggregate<S, A, DomainEvent>,
    id: string,
    batch: readonly Waiting[],
  ): Promise<void> => {
    try {
      await runBatch(aggregate, id, batch);
    } catch (error) {
      const tooLarge = error instanceof AppendTooLarge;
      if (tooLarge && batch.length > 1) {
        const half = batch.length >> 1;
        await settle(aggregate, id, batch.slice(0, half));
        await settle(aggregate, id, batch.slice(half));
        return;
      }
      for (const command of batch) command.reject(tooLarge ? requestTooLarge(error) : error);
    }
  };

  const drain = async <A>(aggregate: Aggregate<S, A, DomainEvent>, id: string, queue: Waiting[]): Promise<void> => {
    const stream = streamOf(aggregate.category, id);
    while (queue.length > 0) {
      await settle(aggregate, id, queue.splice(0, maxBatch));
    }
    queues.delete(stream);
  };

  return {
    execute<A, E extends DomainEvent>(
      aggregate: Aggregate<S, A, E>,
      id: string,
      decide: (aggregate: A) => readonly E[],
      context: CommandContext,
    ): Promise<Executed<A>> {
      return new Promise((resolve, reject) => {
        const waiting = { decide, context, resolve, reject } as Waiting;
        const stream = streamOf(aggregate.category, id);
        const queue = queues.get(stream);
        if (queue !== undefined) {
          queue.push(waiting);
          return;
        }
        const fresh = [waiting];
        queues.set(stream, fresh);
        // After this turn, so that commands that arrive together are decided together.
        queueMicrotask(() => void drain(aggregate as unknown as Aggregate<S, A, DomainEvent>, id, fresh));
      });
    },
    rehearse(aggregate, id, decide) {
      const base = fold.revisionOf(streamOf(aggregate.category, id));
      const timeMs = Math.max(Date.now(), fold.timeMs);
      const present = aggregate.select(fold.state, id);
      return decide(present).reduce(
        (state, event, i) => aggregate.evolve(state, event, { revision: base + 1 + i, timeMs }),
        present,
      );
    },
  };
}

function requestTooLarge({ maxBytes }: AppendTooLarge): InvalidFields {
  return new InvalidFields([{ field: "(request)", description: `leads to more than ${maxBytes} bytes of events` }]);
}
