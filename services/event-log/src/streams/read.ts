import type { GrpcCall } from "../server/grpc-call.ts";
import type { EventLog } from "../store/event-log.ts";
import { recordsAt, recordsBackwards, recordsForwards, requireRecordAt } from "../store/log-reader.ts";
import type { LogRecord } from "../store/record.ts";
import { events, streamNotFound } from "./answers.ts";
import type { ReadRequest } from "./read-request.ts";
import { streamDeleted } from "./refusals.ts";
import { visibleRange, youngEnough } from "./visible-events.ts";

type ReadAll = Extract<ReadRequest, { kind: "read-all" }>;
type ReadStream = Extract<ReadRequest, { kind: "read-stream" }>;

/** Events of $all: forwards from a position inclusive, backwards from one exclusive, as KurrentDB counts. */
export async function readAll(call: GrpcCall, log: EventLog, request: ReadAll): Promise<void> {
  const { file } = log;
  const end = file.end;
  if (typeof request.from === "number") await requireRecordAt(file, request.from);
  const from = request.from === "start" ? 0 : request.from === "end" ? end : request.from;
  const runs = request.backwards ? recordsBackwards(file, from) : recordsForwards(file, from, end);
  const { filter } = request;
  await sendUpTo(call, runs, request.count, filter === undefined ? () => true : (record) => filter.matches(record));
}

/** Events of one stream, from a revision inclusive either way. */
export async function readStream(call: GrpcCall, log: EventLog, request: ReadStream, nowMs: number): Promise<void> {
  const stream = log.stream(request.stream);
  if (stream?.tombstoned) throw streamDeleted(request.stream);
  const range = visibleRange(stream, log.file);
  if (stream === undefined || range === undefined) {
    await call.send(streamNotFound(request.stream));
    return;
  }
  const { first, last } = range;
  const from = request.from === "start" ? 0 : request.from === "end" ? last : request.from;
  // Counted out here already, so that reading one event of a long stream touches one. Events too old show less still.
  const positions = request.backwards
    ? stream.positions.slice(Math.max(first, Math.min(from, last) + 1 - request.count), Math.min(from, last) + 1)
    : stream.positions.slice(Math.max(first, from), Math.min(last + 1, Math.max(first, from) + request.count));
  const runs = request.backwards ? backwards(log, positions) : recordsAt(log.file, positions);
  await sendUpTo(call, runs, request.count, youngEnough(stream, nowMs));
}

async function* backwards(log: EventLog, positions: readonly number[]): AsyncGenerator<LogRecord[]> {
  const slice = 512;
  for (let end = positions.length; end > 0; end -= slice) {
    const runs: LogRecord[] = [];
    for await (const run of recordsAt(log.file, positions.slice(Math.max(0, end - slice), end))) runs.push(...run);
    yield runs.reverse();
  }
}

async function sendUpTo(
  call: GrpcCall,
  runs: AsyncIterable<readonly LogRecord[]>,
  count: number,
  wanted: (record: LogRecord) => boolean,
): Promise<void> {
  let left = count;
  if (left === 0) return;
  for await (const run of runs) {
    const matching = run.filter(wanted).slice(0, left);
    left -= matching.length;
    if (matching.length > 0) await call.send(events(matching));
    if (left === 0 || call.gone.aborted) return;
  }
}
