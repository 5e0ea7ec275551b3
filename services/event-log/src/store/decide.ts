import type { AppendEvents, Change, ExpectedRevision, OneRefused, ProposedEvent, Refused } from "./change.ts";
import type { EventPlace } from "./recent-ids.ts";
import { type IndexedStream, tombstoneRevision } from "./stream-index.ts";
import { softDeleted } from "./stream-limits.ts";

/** What a decision may look at: the log as it will stand once the batch before it is on the disk. */
export interface LogView {
  stream(name: string): IndexedStream | undefined;
  recentEvent(id: string): EventPlace | undefined;
  idAt(stream: string, revision: number): string | undefined;
}

export interface PlacedEvent {
  readonly stream: string;
  readonly revision: number;
  readonly event: ProposedEvent;
}

export type Decision = Taken | Refused;

export type Taken =
  /** The last of `events` is the one the writer is told about. None: an append of nothing, at `revision`. */
  | { readonly kind: "write"; readonly events: readonly PlacedEvent[]; readonly revision: number }
  | { readonly kind: "repeat"; readonly revision: number };

export type TogetherDecision = { readonly kind: "taken"; readonly taken: readonly Taken[] } | OneRefused;

/** Follows KurrentDB's IndexWriter.CheckCommit: which change is new, which is a repeat, and which must be refused. */
export function decide(change: Change, log: LogView): Decision {
  const stream = log.stream(change.stream);
  if (stream?.tombstoned) return { kind: "stream-deleted" };
  if (change.kind === "append") return decideAppend(change, stream, log);

  const last = lastRevision(stream);
  if (last === -1 || !holds(change.expected, last)) return { kind: "wrong-revision", actual: last };
  if (change.kind === "delete") return write([limitEvent(change.stream, change.eventId, softDeleted, log)]);
  const event = { id: change.eventId, type: "$streamDeleted", contentType: "application/json", ...emptyBody };
  return write([{ stream: change.stream, revision: tombstoneRevision, event }]);
}

/** What becomes of each append, in their order, or of the first that is refused: then of none. They are to different streams, so
 *  that each is decided by itself. Where some are repeats and others are not, the repeats are refused: what was appended
 *  together was written together. */
export function decideTogether(appends: readonly AppendEvents[], log: LogView): TogetherDecision {
  const taken: Taken[] = [];
  for (const append of appends) {
    const decision = decide(append, log);
    if (decision.kind !== "write" && decision.kind !== "repeat")
      return { kind: "one-refused", append, refused: decision };
    taken.push(decision);
  }
  const repeated = taken.findIndex(({ kind }) => kind === "repeat");
  const append = appends[repeated];
  if (append === undefined || taken.every(({ kind }) => kind === "repeat")) return { kind: "taken", taken };
  return {
    kind: "one-refused",
    append,
    refused: { kind: "wrong-revision", actual: lastRevision(log.stream(append.stream)) },
  };
}

function decideAppend(append: AppendEvents, stream: IndexedStream | undefined, log: LogView): Decision {
  const last = lastRevision(stream);
  const deleted = stream?.limits.truncateBefore === softDeleted;
  const repeat = findRepeat(append, last, log);
  if (repeat === "partly") return { kind: "partly-written" };
  if (repeat !== "no") return { kind: "repeat", revision: repeat };

  const startsAnew = deleted && append.expected === "no-stream";
  if (deleted && append.expected === "stream-exists") return { kind: "wrong-revision", actual: -1 };
  if (!startsAnew && !holds(append.expected, last)) return { kind: "wrong-revision", actual: last };
  if (append.events.length === 0) return { kind: "write", events: [], revision: last };
  const revived = deleted ? [limitEvent(append.stream, append.eventId, last + 1, log)] : [];
  const placed = append.events.map((event, i) => ({ stream: append.stream, revision: last + 1 + i, event }));
  return write([...revived, ...placed]);
}

/** The last revision of an append that was made before; "no" where it is new, or must be refused for its revision;
 *  "partly" where it names no revision and only some of it was made. */
function findRepeat({ stream, expected, events }: AppendEvents, last: number, log: LogView): number | "no" | "partly" {
  if (expected === "any" || expected === "stream-exists") {
    const places = events.map(({ id }) => log.recentEvent(id)).filter((place) => place?.stream === stream);
    if (places.length === 0) return "no";
    return places.length === events.length ? (places.at(-1)?.revision ?? "no") : "partly";
  }
  const first = (expected === "no-stream" ? -1 : expected) + 1;
  if (first > last) return "no";
  const same = events.map(({ id }, i) => {
    const place = log.recentEvent(id);
    return (place?.stream === stream && place.revision === first + i) || log.idAt(stream, first + i) === id;
  });
  return same.length > 0 && same.every(Boolean) ? first + events.length - 1 : "no";
}

function holds(expected: ExpectedRevision, last: number): boolean {
  switch (expected) {
    case "any":
      return true;
    case "stream-exists":
      return last >= 0;
    case "no-stream":
      return last === -1;
    default:
      return expected === last;
  }
}

function limitEvent(stream: string, id: string, truncateBefore: number, log: LogView): PlacedEvent {
  // Written by hand: JSON.stringify spells 2^63 as a number that other clients' parsers refuse as too large.
  const tb = truncateBefore === softDeleted ? "9223372036854775807" : String(truncateBefore);
  const event = {
    id,
    type: "$metadata",
    contentType: "application/json",
    ...emptyBody,
    data: Buffer.from(`{"$tb":${tb}}`),
  };
  return { stream: `$$${stream}`, revision: lastRevision(log.stream(`$$${stream}`)) + 1, event };
}

function write(events: readonly PlacedEvent[]): Decision {
  return { kind: "write", events, revision: events.at(-1)?.revision ?? -1 };
}

function lastRevision(stream: IndexedStream | undefined): number {
  return (stream?.positions.length ?? 0) - 1;
}

const emptyBody = { data: Buffer.alloc(0), metadata: Buffer.alloc(0) };
