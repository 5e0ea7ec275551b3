/** What a writer believes the stream's last revision to be. */
export type ExpectedRevision = number | "no-stream" | "any" | "stream-exists";

export interface ProposedEvent {
  /** A UUID in its usual spelling, lower case. */
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Buffer;
  readonly metadata: Buffer;
}

/** One thing a writer asks of one stream. It happens whole or not at all. */
export type Change =
  | AppendEvents
  /** Hides the stream's events; it can be written again and goes on counting. */
  | { readonly kind: "delete"; readonly stream: string; readonly expected: ExpectedRevision; readonly eventId: string }
  /** Deletes the stream for ever. */
  | {
      readonly kind: "tombstone";
      readonly stream: string;
      readonly expected: ExpectedRevision;
      readonly eventId: string;
    };

export interface AppendEvents {
  readonly kind: "append";
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly ProposedEvent[];
  /** An id for the `$metadata` event that revives a deleted stream, should this append do so. */
  readonly eventId: string;
}

export type Outcome = Written | Refused;

/** Of appends to several streams, which happen all or not at all. */
export type TogetherOutcome = Written | OneRefused;

/** Of the last event. Positions are 0 and revisions -1 where there is no event. */
interface Written {
  readonly kind: "written";
  readonly revision: number;
  readonly position: number;
}

/** The first append that was refused, and why. */
export interface OneRefused {
  readonly kind: "one-refused";
  readonly append: AppendEvents;
  readonly refused: Refused;
}

export type Refused =
  | { readonly kind: "wrong-revision"; readonly actual: number }
  /** An append at any revision of which some ids stand in the stream and others don't: neither a repeat nor new. */
  | { readonly kind: "partly-written" }
  | { readonly kind: "stream-deleted" };
