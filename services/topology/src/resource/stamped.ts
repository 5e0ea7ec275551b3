import { EtagMismatch, type Stamp } from "@rhumbline/event-sourcing";

/** What every resource has beside its own fields. */
export interface Stamped {
  readonly createTimeMs: number;
  readonly updateTimeMs: number;
  /** Revision of the last event that changed a settable field. */
  readonly etag: string;
}

export const createdAt = ({ revision, timeMs }: Stamp): Stamped => ({
  createTimeMs: timeMs,
  updateTimeMs: timeMs,
  etag: String(revision),
});

export const updatedAt = ({ revision, timeMs }: Stamp): Pick<Stamped, "updateTimeMs" | "etag"> => ({
  updateTimeMs: timeMs,
  etag: String(revision),
});

/** @param given empty: any.
 *  @throws {EtagMismatch} */
export function requireEtag(what: string, id: string, given: string, { etag }: Pick<Stamped, "etag">): void {
  if (given !== "" && given !== etag) throw new EtagMismatch(what, id, given, etag);
}

/** What an event must carry. One without it was written by no service of ours. */
export function carried<T>(value: T | undefined, event: string): T {
  if (value === undefined) throw new TypeError(`${event} does not carry its resource`);
  return value;
}
