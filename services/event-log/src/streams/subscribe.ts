import { randomUUID } from "node:crypto";
import type { GrpcCall } from "../server/grpc-call.ts";
import type { EventLog } from "../store/event-log.ts";
import { joined } from "../store/joined.ts";
import { firstPosition } from "../store/log-file.ts";
import { recordsAt, recordsForwards, requireRecordAt } from "../store/log-reader.ts";
import type { LogRecord } from "../store/record.ts";
import { caughtUp, checkpoint, confirmation, events } from "./answers.ts";
import type { EventFilter } from "./filter.ts";
import { liveCommits } from "./live-commits.ts";
import type { ReadRequest, Start } from "./read-request.ts";
import { streamDeleted } from "./refusals.ts";
import { visibleRange, youngEnough } from "./visible-events.ts";

type SubscribeAll = Extract<ReadRequest, { kind: "subscribe-all" }>;
type SubscribeStream = Extract<ReadRequest, { kind: "subscribe-stream" }>;

/** Every event of $all after a position, then each new one, until the caller hangs up. A slow caller reads from the file
 *  at its own pace: nothing is kept for it.
 *  @param options.intervalMs the least between two deliveries of new ones.
 *  @param options.ignoredTypes are left out. */
export async function subscribeToAll(
  call: GrpcCall,
  log: EventLog,
  request: SubscribeAll,
  { now, intervalMs, ignoredTypes }: { now: () => Date; intervalMs: number; ignoredTypes: ReadonlySet<string> },
): Promise<void> {
  let next = await positionAfter(log, request.after);
  let considered: number | undefined = typeof request.after === "number" ? request.after : undefined;
  const checkpoints = new Checkpoints(request.filter, ignoredTypes, now);
  /** @returns false: the caller does not take it as fast as it comes. */
  const deliver = (run: readonly LogRecord[]): boolean => {
    const last = run.at(-1);
    if (last === undefined) return true;
    considered = last.position;
    next = last.position + last.size;
    const frames = checkpoints.among(run);
    // Who is told nothing is not woken.
    return frames.length === 0 || call.write(joined(frames));
  };
  await call.send(confirmation(randomUUID()));
  for (let live = false; !call.gone.aborted; live = true) {
    const { end } = log.file;
    for await (const run of recordsForwards(log.file, next, end)) {
      if (!deliver(run)) await call.ready();
      if (call.gone.aborted) return;
    }
    if (!live) {
      if (request.filter !== undefined && considered !== undefined) await call.send(checkpoint(considered, now()));
      await call.send(caughtUp(considered === undefined ? undefined : { position: considered }, now()));
    } else if (intervalMs > 0) await apart(intervalMs);
    if (log.file.end !== end) continue;
    await liveCommits(log, { gone: call.gone, intervalMs }, (run) => run[0]?.position === next && deliver(run));
    await call.ready();
  }
}

/** As `subscribeToAll`, for one stream; it need not exist yet. */
export async function subscribeToStream(
  call: GrpcCall,
  log: EventLog,
  request: SubscribeStream,
  now: () => Date,
): Promise<void> {
  let next = revisionAfter(log, request);
  await call.send(confirmation(randomUUID()));
  for (let live = false; !call.gone.aborted; live = true) {
    const { end } = log.file;
    const stream = log.stream(request.stream);
    if (stream?.tombstoned) throw streamDeleted(request.stream);
    const range = visibleRange(stream, log.file);
    if (stream !== undefined && range !== undefined) {
      const wanted = youngEnough(stream, now().getTime());
      for await (const run of recordsAt(
        log.file,
        stream.positions.slice(Math.max(next, range.first), range.last + 1),
      )) {
        await call.send(events(run.filter(wanted)));
        if (call.gone.aborted) return;
      }
      next = Math.max(next, range.last + 1);
    }
    if (!live) await call.send(caughtUp(next === 0 ? undefined : { revision: next - 1 }, now()));
    if (log.file.end === end) await liveCommits(log, { gone: call.gone, intervalMs: 0 }, () => false);
  }
}

/** What is committed meanwhile is delivered together. It is short: a caller that is gone is seen when it is over. */
const apart = (intervalMs: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, intervalMs).unref();
  });

async function positionAfter(log: EventLog, after: Start): Promise<number> {
  if (after === "start") return firstPosition;
  if (after === "end") return log.file.end;
  const record = await requireRecordAt(log.file, after);
  return record.position + record.size;
}

function revisionAfter(log: EventLog, { stream, after }: SubscribeStream): number {
  if (after === "start") return 0;
  if (after === "end") return (visibleRange(log.stream(stream), log.file)?.last ?? -1) + 1;
  return after + 1;
}

/** Counts what a filtered subscription has considered, and puts a checkpoint among its events where one is due. */
class Checkpoints {
  readonly #filter: EventFilter | undefined;
  readonly #ignoredTypes: ReadonlySet<string>;
  readonly #now: () => Date;
  #considered = 0;

  constructor(filter: EventFilter | undefined, ignoredTypes: ReadonlySet<string>, now: () => Date) {
    this.#filter = filter;
    this.#ignoredTypes = ignoredTypes;
    this.#now = now;
  }

  /** The frames to send for a run of the log. */
  among(run: readonly LogRecord[]): readonly Buffer[] {
    const filter = this.#filter;
    const frames: Buffer[] = [];
    for (const record of run) {
      const wanted = !this.#ignoredTypes.has(record.type);
      if (wanted && (filter === undefined || filter.matches(record))) frames.push(record.frame);
      if (filter === undefined) continue;
      this.#considered += 1;
      if (this.#considered % filter.checkpointInterval === 0) frames.push(checkpoint(record.position, this.#now()));
    }
    return frames;
  }
}
