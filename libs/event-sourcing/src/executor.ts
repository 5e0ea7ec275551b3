import type { Aggregate } from "./aggregate.ts";
import type { CommandContext } from "./command.ts";
import type { DomainEvent, EventCodec } from "./event.ts";
import type { EventStore, Position, StreamAppend } from "./event-store.ts";
import { AppendTooLarge, OneStreamOnly } from "./event-store-errors.ts";
import { appendUntilKnown } from "./executor/append-until-known.ts";
import { type Decidable, decideCommands } from "./executor/decide-commands.ts";
import { type Meeting, meetingOf } from "./executor/meeting.ts";
import { toldFirst } from "./executor/told-first.ts";
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

/** A command on one aggregate. */
export interface Command<S, A, E extends DomainEvent> {
  readonly aggregate: Aggregate<S, A, E>;
  readonly id: string;
  readonly decide: (aggregate: A) => readonly E[];
  readonly context: CommandContext;
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
  /** As `execute`, for two commands on two streams, of which both happen or neither does, in this order in the log. The second is
   *  decided without what the first leads to. Where the log appends to one stream at a time, the first is done and then the
   *  second: a crash between leaves the first.
   *  @throws {DomainError} what one of them refused. */
  executeTogether<A, E extends DomainEvent, B, F extends DomainEvent>(
    first: Command<S, A, E>,
    second: Command<S, B, F>,
  ): Promise<readonly [Executed<A>, Executed<B>]>;
  /** What `execute` would do now, without doing it. */
  rehearse<A, E extends DomainEvent>(
    aggregate: Aggregate<S, A, E>,
    id: string,
    decide: (aggregate: A) => readonly E[],
  ): A;
}

interface Waiting extends Decidable {
  readonly resolve: (executed: Executed<unknown>) => void;
  readonly reject: (error: unknown) => void;
}

/** A command whose types only its caller knows. */
type AnyCommand<S> = Command<S, unknown, DomainEvent>;

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
  const writer = { fold, service: replica.service, codec };
  /** By stream. */
  const queues = new Map<string, (Waiting | Meeting)[]>();

  const requireEpoch = (): number => {
    const epoch = replica.epoch();
    if (epoch === undefined)
      throw new NoWriter(replica.service, `it is ${replica.writerAddress() ?? "nobody"} by the log`);
    return epoch;
  };

  /** Writes it and waits until it is folded. Answers "overtaken" when somebody else appended to a stream: a deposed writer, or
   *  the writer that deposed us. What there is was read then, to decide anew. */
  const append = async (appends: readonly StreamAppend[]): Promise<Position | "overtaken"> => {
    const [first, ...others] = appends;
    if (first === undefined) return fold.position;
    const send = async (): Promise<Position> => {
      if (others.length > 0) return await store.appendTogether(appends);
      return (await store.append(first.stream, first.expected, first.events)).position;
    };
    const position = await toldFirst(fold, others.at(-1) ?? first, (isTold) => appendUntilKnown(send, isTold));
    options.appended?.(position === "overtaken" ? "overtaken" : "taken");
    if (position === "overtaken") {
      await follower.catchUp();
      return position;
    }
    await fold.reached(position);
    if (fold.wasSkipped(position)) throw new WriterDeposed(replica.service);
    return position;
  };

  const runBatch = async (
    aggregate: AnyCommand<S>["aggregate"],
    id: string,
    batch: readonly Waiting[],
  ): Promise<void> => {
    for (;;) {
      const { refusals, ...decided } = decideCommands(writer, aggregate, id, batch, requireEpoch());
      const position = await append(decided.events.length > 0 ? [decided] : []);
      if (position === "overtaken") continue;
      for (const command of batch) {
        if (refusals.has(command)) command.reject(refusals.get(command));
        else command.resolve({ aggregate: aggregate.select(fold.state, id), position });
      }
      return;
    }
  };

  /** Answers every command of the batch. What is too large for one append is tried in two. */
  const settle = async (
    aggregate: AnyCommand<S>["aggregate"],
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

  const runTogether = async (commands: readonly AnyCommand<S>[]): Promise<Executed<unknown>[]> => {
    for (;;) {
      const epoch = requireEpoch();
      const decided = commands.map((command) =>
        decideCommands(writer, command.aggregate, command.id, [command], epoch),
      );
      for (const { refusals } of decided) for (const refusal of refusals.values()) throw refusal;
      const position = await append(decided.filter(({ events }) => events.length > 0));
      if (position === "overtaken") continue;
      return commands.map(({ aggregate, id }) => ({ aggregate: aggregate.select(fold.state, id), position }));
    }
  };

  const runOneByOne = async (commands: readonly AnyCommand<S>[]): Promise<Executed<unknown>[]> => {
    const executed: Executed<unknown>[] = [];
    for (const { aggregate, id, decide, context } of commands) {
      const alone = new Promise<Executed<unknown>>((resolve, reject) => {
        void settle(aggregate, id, [{ decide, context, resolve, reject }]);
      });
      executed.push(await alone);
    }
    return executed;
  };

  const runAll = async (commands: readonly AnyCommand<S>[]): Promise<Executed<unknown>[]> => {
    try {
      return await runTogether(commands);
    } catch (error) {
      if (error instanceof OneStreamOnly || error instanceof AppendTooLarge) return await runOneByOne(commands);
      throw error;
    }
  };

  const drain = async (
    { aggregate, id }: Pick<AnyCommand<S>, "aggregate" | "id">,
    queue: (Waiting | Meeting)[],
  ): Promise<void> => {
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      if ("meet" in next) {
        queue.shift();
        await next.meet();
      } else await settle(aggregate, id, nextBatch(queue));
    }
    queues.delete(streamOf(aggregate.category, id));
  };

  const enqueue = (command: AnyCommand<S>, turn: Waiting | Meeting): void => {
    const stream = streamOf(command.aggregate.category, command.id);
    const queue = queues.get(stream);
    if (queue !== undefined) {
      queue.push(turn);
      return;
    }
    const fresh = [turn];
    queues.set(stream, fresh);
    // After this turn, so that commands that arrive together are decided together.
    void Promise.resolve().then(() => drain(command, fresh));
  };

  return {
    execute<A, E extends DomainEvent>(
      aggregate: Aggregate<S, A, E>,
      id: string,
      decide: (aggregate: A) => readonly E[],
      context: CommandContext,
    ): Promise<Executed<A>> {
      return new Promise((resolve, reject) => {
        const command = { aggregate, id, decide, context } as unknown as AnyCommand<S>;
        enqueue(command, { decide, context, resolve, reject } as Waiting);
      });
    },
    executeTogether<A, E extends DomainEvent, B, F extends DomainEvent>(
      first: Command<S, A, E>,
      second: Command<S, B, F>,
    ): Promise<readonly [Executed<A>, Executed<B>]> {
      const commands = [first, second] as unknown as readonly AnyCommand<S>[];
      const streams = new Set(commands.map(({ aggregate, id }) => streamOf(aggregate.category, id)));
      if (streams.size < commands.length) throw new TypeError("what is done together is on one stream each");
      return new Promise((resolve, reject) => {
        const done = resolve as unknown as (executed: Executed<unknown>[]) => void;
        const meeting = meetingOf(commands.length, () => runAll(commands).then(done, reject));
        for (const command of commands) enqueue(command, meeting);
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

/** Takes what is decided together next: commands up to the one that others are waited for. */
function nextBatch(queue: (Waiting | Meeting)[]): Waiting[] {
  const batch: Waiting[] = [];
  for (let next = queue[0]; next !== undefined && batch.length < maxBatch; next = queue[0]) {
    if ("meet" in next) break;
    batch.push(next);
    queue.shift();
  }
  return batch;
}

function requestTooLarge({ maxBytes }: AppendTooLarge): InvalidFields {
  return new InvalidFields([{ field: "(request)", description: `leads to more than ${maxBytes} bytes of events` }]);
}
