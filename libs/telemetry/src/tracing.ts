import { type Attributes, context, type SpanContext, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";

/** Begins to export spans by OTLP over HTTP, to the collector's base address ("http://127.0.0.1:4318"). Without this
 *  call spans cost next to nothing, and a caller's trace context still travels on.
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
export async function inSpan<T>(
  name: string,
  options: { role: SpanRole; parent?: string | undefined; attributes?: Attributes },
  work: (traceparent: string | undefined) => Promise<T>,
): Promise<T> {
  const parent = spanContextOf(options.parent);
  const root = parent === undefined ? context.active() : trace.setSpanContext(context.active(), parent);
  const span = trace
    .getTracer("rhumbline")
    .startSpan(name, { kind: kinds[options.role], attributes: options.attributes ?? {} }, root);
  try {
    return await work(traceparentOf(span.spanContext()));
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
    throw error;
  } finally {
    span.end();
  }
}

const traceparentPattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** https://www.w3.org/TR/trace-context/#traceparent-header; anything else counts as no context, as it says there. */
function spanContextOf(traceparent: string | undefined): SpanContext | undefined {
  const [, traceId, spanId, flags] = traceparentPattern.exec(traceparent ?? "") ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
}

function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string | undefined {
  if (/^0+$/.test(traceId)) return undefined;
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
}
