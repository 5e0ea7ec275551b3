import type { Position } from "./event-store.ts";

/** An event as deciders make it and folds take it: its protobuf message's name, and the message. */
export interface DomainEvent {
  readonly type: string;
  readonly data: unknown;
}

/** Stored beside every event. The two names with a dollar are the ones KurrentDB indexes by. */
export interface EventMetadata {
  /** One for all events of a caller's request, in whichever service. */
  readonly $correlationId: string;
  /** The id of the request or of the event that led to it. */
  readonly $causationId: string;
  readonly service: string;
  /** Of the writer: see WriterChanged. */
  readonly epoch: number;
  /** Milliseconds since the Unix epoch; never decreases along the log. */
  readonly timeMs: number;
  readonly actor: string;
  /** The project of the resource; empty where it has none. */
  readonly projectId: string;
  /** W3C trace context. */
  readonly traceparent?: string | undefined;
  /** Present on the event that completes a caller's request, and on no other. */
  readonly request?: CompletedRequest | undefined;
}

export interface CompletedRequest {
  readonly id: string;
  readonly projectId: string;
  readonly caller: string;
  /** "CreateSubnet". */
  readonly method: string;
  /** SHA-256 of the request, hex. */
  readonly hash: string;
  readonly resourceId: string;
}

/** A domain event with its place in the log. */
export type Recorded<E extends DomainEvent> = E & {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: Position;
  readonly metadata: EventMetadata;
};

/** The JSON side of a generated protobuf message. */
interface JsonMessage<T> {
  fromJSON(json: unknown): T;
  toJSON(message: T): unknown;
}

/** The union of `{ type: name, data: message }` over the messages. */
export type EventOf<M> = {
  [Name in keyof M & string]: M[Name] extends { fromJSON(json: unknown): infer T }
    ? { readonly type: Name; readonly data: T }
    : never;
}[keyof M & string];

export interface EventCodec<E extends DomainEvent> {
  /** Undefined for a type this build does not know. */
  decode(type: string, json: unknown): E | undefined;
  encode(event: E): unknown;
}

/** A codec for the given generated messages, which store as proto3 JSON under their own names. */
export function eventCodec<M extends Readonly<Record<string, object>>>(
  messages: M,
): EventCodec<EventOf<M> & DomainEvent> {
  const byName = new Map(Object.entries(messages) as [string, JsonMessage<unknown>][]);
  return {
    decode: (type, json) => {
      const message = byName.get(type);
      return message && ({ type, data: message.fromJSON(json) } as EventOf<M> & DomainEvent);
    },
    encode: (event) => {
      const message = byName.get(event.type);
      if (message === undefined) throw new TypeError(`no message is registered for event ${event.type}`);
      return message.toJSON(event.data);
    },
  };
}
