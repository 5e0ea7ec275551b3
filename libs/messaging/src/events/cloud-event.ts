import { MalformedMessage } from "../bus/bus-errors.ts";

/** An event of the log as subscribers get it, without what it says. Strings are empty where the log has nothing to say. */
export interface CloudEventAttributes {
  /** The log event's id: a UUID. */
  readonly id: string;
  /** Which service's stream it is from: "/rhumbline/topology". */
  readonly source: string;
  /** "RouterInterfaceAdded". */
  readonly type: string;
  /** The stream: "router-<id>". */
  readonly subject: string;
  /** Since the Unix epoch. */
  readonly timeMs: number;
  /** Position in the log. */
  readonly sequence: number;
  /** Position of the event published before this one; 0 for the first. Another one than the last received: a gap. */
  readonly previous: number;
  /** Events of one partition key are never reordered. */
  readonly partitionKey: string;
  readonly correlationId: string;
  readonly causationId: string;
  /** Who asked for it. */
  readonly authId: string;
  /** W3C trace context. */
  readonly traceparent: string;
}

/** An event of the log as subscribers get it. */
export interface CloudEvent extends CloudEventAttributes {
  /** The event's message as proto3 JSON. */
  readonly data: unknown;
}

/** Wide enough for every position below 2^53; padded, so that positions sort as text (extension `sequence`). */
const positionDigits = 16;

/** Binary mode: each attribute a `ce-` header by its name, the value percent-encoded as the HTTP binding has it (3.1.3.2); the
 *  payload is the data alone, as it is. Sources: CloudEvents 1.0.2 http-protocol-binding.md, extensions sequence, partitioning,
 *  distributed-tracing, authcontext. */
export function cloudEventHeaders(event: CloudEventAttributes): [string, string][] {
  const headers: [string, string][] = [
    ["ce-specversion", "1.0"],
    ["ce-id", percentEncoded(event.id)],
    ["ce-source", percentEncoded(event.source)],
    ["ce-type", percentEncoded(event.type)],
    ["ce-subject", percentEncoded(event.subject)],
    ["ce-time", new Date(event.timeMs).toISOString()],
    ["ce-datacontenttype", "application/json"],
    ["ce-sequence", paddedPosition(event.sequence)],
    ["ce-previous", paddedPosition(event.previous)],
    ["ce-partitionkey", percentEncoded(event.partitionKey)],
    ["ce-correlationid", percentEncoded(event.correlationId)],
    ["ce-causationid", percentEncoded(event.causationId)],
    ["ce-authid", percentEncoded(event.authId)],
    ["ce-traceparent", percentEncoded(event.traceparent)],
  ];
  return headers.filter(([, value]) => value !== "");
}

/** @throws {MalformedMessage} a required attribute is missing, or one is not of its form. */
export function decodeCloudEvent(header: (name: string) => string | undefined, payload: Uint8Array): CloudEvent {
  const optional = (name: string): string => percentDecoded(header(`ce-${name}`) ?? "");
  const required = (name: string): string => {
    const value = optional(name);
    if (value === "") throw new MalformedMessage("CloudEvent", `has no ce-${name}`);
    return value;
  };
  if (required("specversion") !== "1.0") throw new MalformedMessage("CloudEvent", "is not of specversion 1.0");
  return {
    id: required("id"),
    source: required("source"),
    type: required("type"),
    subject: optional("subject"),
    timeMs: instant(required("time")),
    sequence: position(required("sequence")),
    previous: position(required("previous")),
    partitionKey: optional("partitionkey"),
    correlationId: optional("correlationid"),
    causationId: optional("causationid"),
    authId: optional("authid"),
    traceparent: optional("traceparent"),
    data: json(payload),
  };
}

function paddedPosition(value: number): string {
  return String(value).padStart(positionDigits, "0");
}

function position(text: string): number {
  if (!/^\d{1,16}$/.test(text)) throw new MalformedMessage("CloudEvent", `position ${text} is no number`);
  return Number(text);
}

function instant(text: string): number {
  const timeMs = Date.parse(text);
  if (Number.isNaN(timeMs)) throw new MalformedMessage("CloudEvent", `time ${text} is no RFC 3339 time`);
  return timeMs;
}

function json(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(payload)) as unknown;
  } catch (error) {
    throw new MalformedMessage("CloudEvent", "data is no JSON", { cause: error });
  }
}

/** As nearly all values are: looking is cheaper than replacing nothing. */
const plain = /^[\x21\x23\x24\x26-\x7e]*$/;

/** Everything but printable ASCII, and space, double quote and percent of that. */
function percentEncoded(value: string): string {
  return plain.test(value) ? value : value.replace(/[^\x21\x23\x24\x26-\x7e]/gu, encodeURIComponent);
}

function percentDecoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch (error) {
    throw new MalformedMessage("CloudEvent", `header value ${value} is not percent-encoded`, { cause: error });
  }
}
