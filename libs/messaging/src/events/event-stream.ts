import {
  DiscardPolicy,
  jetstreamManager,
  PubHeaders,
  RetentionPolicy,
  StorageType,
  type StoredMsg,
} from "@nats-io/jetstream";
import { nanos } from "@nats-io/transport-node";
import type { Bus } from "../bus/bus.ts";
import { MalformedMessage } from "../bus/bus-errors.ts";
import { storedMessagesOf } from "../bus/jetstream-of.ts";
import { asBusError, asWriteError, isStreamNotFound } from "../bus/nats-errors.ts";
import { allEvents } from "../subjects.ts";
import { type CloudEvent, type CloudEventAttributes, cloudEventHeaders, decodeCloudEvent } from "./cloud-event.ts";

export const eventStreamName = "EVENTS";

/** How much of the past EVENTS keeps. Whoever needs more reads the log. */
export interface EventStreamBounds {
  readonly maxAgeMs: number;
  readonly maxBytes: number;
}

/** Where EVENTS ends. */
export interface EventStreamEnd {
  /** To be named as the expected last sequence by the next publish; 0 for a new stream. */
  readonly lastSequence: number;
  /** The last event; undefined where the stream is new, or all of it was dropped for its age. */
  readonly lastEvent: CloudEvent | undefined;
}

/** Stream EVENTS as the relay uses it. Every call throws BusUnavailable while NATS is not there. */
export interface EventStream {
  /** Makes the stream when it is missing, and sets its bounds. */
  ensure(): Promise<void>;
  /** The relay's resume point. Undefined where there is no stream. */
  end(): Promise<EventStreamEnd | undefined>;
  /** Appends one event and answers its sequence in the stream. An event published twice within two minutes is stored once
   *  (Nats-Msg-Id = event id). Calls may overlap, each expecting the sequence after the one before.
   *  @param data what it says, as JSON in UTF-8.
   *  @throws {WrongRevision} somebody else published, or an earlier overlapping call failed: read the end again. */
  publish(
    subject: string,
    event: CloudEventAttributes,
    data: Uint8Array,
    expectedLastSequence: number,
  ): Promise<number>;
}

export function eventStream(bus: Bus, bounds: EventStreamBounds): EventStream {
  return {
    ensure: () => ensure(bus, bounds),
    end: () => end(bus),
    publish: (subject, event, data, expectedLastSequence) => publish(bus, subject, event, data, expectedLastSequence),
  };
}

async function ensure(bus: Bus, { maxAgeMs, maxBytes }: EventStreamBounds): Promise<void> {
  const bounds = { max_age: nanos(maxAgeMs), max_bytes: maxBytes };
  try {
    const { streams } = await jetstreamManager(bus.nats(), { checkAPI: false });
    try {
      await streams.update(eventStreamName, bounds);
    } catch (error) {
      if (!isStreamNotFound(error)) throw error;
      await streams.add({
        name: eventStreamName,
        subjects: [allEvents],
        retention: RetentionPolicy.Limits,
        storage: StorageType.File,
        discard: DiscardPolicy.Old,
        ...bounds,
      });
    }
  } catch (error) {
    throw asBusError(error, `stream ${eventStreamName}`);
  }
}

async function end(bus: Bus): Promise<EventStreamEnd | undefined> {
  try {
    const { streams } = await jetstreamManager(bus.nats(), { checkAPI: false });
    const { state } = await streams.info(eventStreamName);
    for (let sequence = state.last_seq; sequence >= state.first_seq && state.messages > 0; sequence -= 1) {
      const lastEvent = eventOf(await streams.getMessage(eventStreamName, { seq: sequence }));
      if (lastEvent !== undefined) return { lastSequence: state.last_seq, lastEvent };
    }
    return { lastSequence: state.last_seq, lastEvent: undefined };
  } catch (error) {
    if (isStreamNotFound(error)) return undefined;
    throw asBusError(error, `stream ${eventStreamName}`);
  }
}

/** Undefined for what is no event of ours: anyone may publish below the stream's subjects. */
function eventOf(message: StoredMsg | null): CloudEvent | undefined {
  if (message === null) return undefined;
  try {
    return decodeCloudEvent((name) => message.header.get(name), message.data);
  } catch (error) {
    if (error instanceof MalformedMessage) return undefined;
    throw error;
  }
}

async function publish(
  bus: Bus,
  subject: string,
  event: CloudEventAttributes,
  data: Uint8Array,
  expectedLastSequence: number,
): Promise<number> {
  const headers = cloudEventHeaders(event);
  headers.push(
    [PubHeaders.MsgIdHdr, event.id],
    [PubHeaders.ExpectedStreamHdr, eventStreamName],
    [PubHeaders.ExpectedLastSeqHdr, String(expectedLastSequence)],
  );
  try {
    return await storedMessagesOf(bus).publish({ subject, payload: data, headers });
  } catch (error) {
    throw asWriteError(error, `stream ${eventStreamName}`, expectedLastSequence);
  }
}
