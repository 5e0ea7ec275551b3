import {
  type Attributes,
  context,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";

/** Undefined in a process that exports no spans: it makes none. */
let tracer: Tracer | undefined;

/** Whether spans are exported: what only names one need not be put together otherwise. */
export const isTracing = (): boolean => tracer !== undefined;

/** Begins to export spans by OTLP over HTTP, to the collector's base address ("http://127.0.0.1:4318"). Without this
 *  call there are no spans, and a caller's trace context still travels on.
 *  @returns ends it, after sending what is left. */
export async function startTracing(service: string, otlpEndpoint: string): Promise<() => Promise<void>> {
  // Loaded only when wanted: the SDK is most of a service's start time.
  const { NodeSDK } = await import("@opentelemetry/sdk-node");
  const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-http");
  const sdk = new NodeSDK({
    serviceName: service,
    traceExporter: new OTLPTraceExporter({ url: `${otlpEndpoint.replace(/\/$/, "")}/v1/traces` }),
    instrumentations: [],
  });
  sdk.start();
  tracer = trace.getTracer("rhumbline");
  return () => sdk.shutdown();
}

export type SpanRole = "server" | "client" | "producer" | "consumer" | "internal";

const kinds: Record<SpanRole, SpanKind> = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
};

/** Runs work in a span. Trace context is handed on in the open, as W3C traceparent text: it has to travel through
 *  events and messages anyway, and nothing depends on what the runtime does with asynchronous calls. */
export function inSpan<T>(name: string, options: SpanOptions, work: Traced<T>): Promise<T> {
  if (tracer !== undefined) return inExportedSpan(tracer, name, options, work);
  try {
    return work(contextIn(options.parent));
  } catch (error) {
    return Promise.reject(error);
  }
}

interface SpanOptions {
  readonly role: SpanRole;
  readonly parent?: string | undefined;
  readonly attributes?: Attributes;
}

type Traced<T> = (traceparent: string | undefined) => Promise<T>;

async function inExportedSpan<T>(
  exporting: Tracer,
  name: string,
  { role, parent: parentText, attributes = {} }: SpanOptions,
  work: Traced<T>,
): Promise<T> {
  const parent = spanContextOf(parentText);
  const root = parent === undefined ? context.active() : trace.setSpanContext(context.active(), parent);
  const span = exporting.startSpan(name, { kind: kinds[role], attributes }, root);
  try {
    return await work(traceparentOf(span.spanContext()));
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
    throw error;
  } finally {
    span.end();
  }
}

/** Ids of nothing but zeros are none. */
const traceparentPattern = /^00-(?!0+-)([0-9a-f]{32})-(?!0+-)([0-9a-f]{16})-([0-9a-f]{2})$/;

/** https://www.w3.org/TR/trace-context/#traceparent-header; anything else counts as no context, as it says there. */
function spanContextOf(traceparent: string | undefined): SpanContext | undefined {
  const [, traceId, spanId, flags] = traceparentPattern.exec(traceparent ?? "") ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
}

/** The text, where it is a context. */
const contextIn = (traceparent: string | undefined): string | undefined =>
  traceparent !== undefined && traceparentPattern.test(traceparent) ? traceparent : undefined;

const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
