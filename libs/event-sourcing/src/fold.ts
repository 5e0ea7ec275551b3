import type { DomainEvent, EventCodec, Recorded } from "./event.ts";
import { metadataOf } from "./event-metadata.ts";
import type { Position, RecordedEvent } from "./event-store.ts";
import { createFence, type Fence, type WriterInOffice } from "./fence.ts";
import { FoldFailed } from "./fold-failed.ts";
import { FoldedEvent } from "./folded-event.ts";
import { createRequestIndex, type RememberedRequest, type RequestIndex } from "./request-index.ts";
import {
  type Category,
  categoriesOf,
  logIdentityStream,
  ownerOf,
  prefixOf,
  type WritingService,
  writerPrefix,
} from "./streams.ts";

/** How one service reads the log: which streams, and what state they add up to. */
export interface FoldDefinition<S, E extends DomainEvent> {
  readonly service: WritingService;
  /** Of other services, beside its own. */
  readonly foreignCategories: readonly Category[];
  readonly codec: EventCodec<E>;
  /** Types in streams of other services, and in none of its own, that are nothing to this one: they need not be taken, and what
   *  they say is not even decoded. */
  readonly ignoredTypes: ReadonlySet<string>;
  initialState(): S;
  /** May change the state's maps in place; aggregates inside them are replaced, never changed. */
  apply(state: S, event: Recorded<E>): void;
}

/** A service's state at one position of the log. */
export interface Fold<S> {
  readonly state: S;
  /** The last position considered: every event up to it was folded, skipped or is of no concern. */
  readonly position: Position;
  /** Position of the last event taken: what an image begins from. */
  readonly takenPosition: Position;
  readonly fence: Fence;
  readonly requests: RequestIndex;
  /** Milliseconds of the newest event folded: time in metadata never goes back behind it. */
  readonly timeMs: number;
  /** Types that this build does not know. A replica that met one serves stale reads and never writes. */
  readonly unknownTypes: ReadonlySet<string>;
  /** What ended it: the state may hold half of that event, and takes no other. */
  readonly failure: FoldFailed | undefined;
  readonly streamPrefixes: readonly string[];
  /** See FoldDefinition: a position behind which only such events lie may stay where it is. */
  readonly ignoredTypes: ReadonlySet<string>;
  /** Last revision of one of the service's own streams, events of deposed writers included; -1 for none. */
  revisionOf(stream: string): number;
  /** True for an event of the service's own that was skipped since it came from a deposed writer. */
  wasSkipped(position: Position): boolean;
  /** Takes the next event. One at or before `position` is ignored: two readers may bring the same.
   *  @throws {FoldFailed} */
  take(event: RecordedEvent): void;
  /** Says that the log holds nothing of concern between `position` and this one. */
  considered(position: Position): void;
  /** Settles when `position` is considered; rejects with the signal's reason.
   *  @throws {FoldFailed} it never will be. */
  reached(position: Position, signal?: AbortSignal): Promise<void>;
  /** Called after each event taken, with it; and without one after each position considered, and when the fold failed. */
  onAdvance(listener: (taken?: TakenEvent) => void): () => void;
  image(): FoldImage<S>;
}

export type TakenEvent = Pick<RecordedEvent, "id" | "stream" | "revision" | "position">;

/** All that a fold holds, to be saved or begun from again. It is the fold's own, and of this moment only until that goes on;
 *  what begins from it takes it over. */
export interface FoldImage<S> {
  readonly state: S;
  /** The last event taken: the image stands or falls with its being in the log, where it was. */
  readonly lastEvent: TakenEvent;
  readonly timeMs: number;
  readonly revisions: Map<string, number>;
  readonly writers: ReadonlyMap<string, WriterInOffice>;
  readonly requests: Map<string, RememberedRequest>;
}

export function createFold<S, E extends DomainEvent>(definition: FoldDefinition<S, E>, image?: FoldImage<S>): Fold<S> {
  const { service, codec, ignoredTypes } = definition;
  const state = image?.state ?? definition.initialState();
  const fence = createFence(image?.writers);
  const requests = createRequestIndex(image?.requests);
  const revisions = image?.revisions ?? new Map<string, number>();
  const skipped = new Set<Position>();
  const unknownTypes = new Set<string>();
  const listeners = new Set<(taken?: TakenEvent) => void>();
  let lastEvent: TakenEvent = image?.lastEvent ?? nothingTaken;
  // What came behind it and was of no concern is looked at again.
  let position = lastEvent.position;
  let timeMs = image?.timeMs ?? 0;
  let failure: FoldFailed | undefined;

  const tell = (taken?: TakenEvent): void => {
    for (const listener of listeners) listener(taken);
  };
  const advance = (to: Position, taken?: TakenEvent): void => {
    position = to;
    tell(taken);
  };

  const fold = (event: RecordedEvent): void => {
    const owner = ownerOf(event.stream);
    const own = owner === service;
    if (own) revisions.set(event.stream, event.revision);
    else if (ignoredTypes.has(event.type)) return;
    const metadata = metadataOf(event);
    if (!fence.admits(event, owner, metadata)) {
      if (own) skipped.add(event.position);
      return;
    }
    if (event.stream === logIdentityStream || event.stream.startsWith(writerPrefix)) return;
    const decoded = codec.decode(event.type, event.data);
    if (decoded === undefined) {
      unknownTypes.add(event.type);
      return;
    }
    timeMs = Math.max(timeMs, metadata.timeMs);
    definition.apply(state, new FoldedEvent(decoded, event, metadata) as unknown as Recorded<E>);
    if (own && metadata.request) requests.remember(metadata.request, event.position, metadata.timeMs);
  };

  return {
    state,
    fence,
    requests,
    unknownTypes,
    ignoredTypes,
    get failure() {
      return failure;
    },
    get position() {
      return position;
    },
    get takenPosition() {
      return lastEvent.position;
    },
    get timeMs() {
      return timeMs;
    },
    streamPrefixes: [
      writerPrefix,
      logIdentityStream,
      ...[...categoriesOf(service), ...definition.foreignCategories].map(prefixOf),
    ],
    revisionOf: (stream) => revisions.get(stream) ?? -1,
    wasSkipped: (at) => skipped.has(at),
    take(event) {
      if (event.position <= position) return;
      if (failure !== undefined) throw failure;
      try {
        fold(event);
      } catch (cause) {
        failure = new FoldFailed(service, event, { cause });
        tell();
        throw failure;
      }
      lastEvent = event;
      advance(event.position, event);
    },
    considered(to) {
      if (to > position && failure === undefined) advance(to);
    },
    reached(to, signal) {
      if (position >= to) return Promise.resolve();
      return new Promise((resolve, reject) => {
        const settle = (act: () => void): void => {
          listeners.delete(check);
          signal?.removeEventListener("abort", abort);
          act();
        };
        const check = (): void => {
          if (position >= to) settle(resolve);
          else if (failure !== undefined) settle(() => reject(failure));
        };
        const abort = (): void => settle(() => reject(signal?.reason));
        listeners.add(check);
        signal?.addEventListener("abort", abort);
        if (signal?.aborted) abort();
        else check();
      });
    },
    onAdvance(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    image: () => ({
      state,
      lastEvent: placeOf(lastEvent),
      timeMs,
      revisions,
      writers: fence.entries(),
      requests: requests.entries(),
    }),
  };
}

const nothingTaken: TakenEvent = { id: "", stream: "", revision: -1, position: 0 };

/** Without what the event says, which is in the state already. */
const placeOf = ({ id, stream, revision, position }: TakenEvent): TakenEvent => ({ id, stream, revision, position });
