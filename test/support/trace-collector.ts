import { once } from "node:events";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";

export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first of a trace. */
  readonly parentSpanId: string;
  readonly name: string;
  /** Which process sent it. */
  readonly service: string;
}

/** An OTLP/HTTP collector that keeps the spans it is sent. */
export interface TraceCollector {
  readonly url: string;
  readonly spans: readonly CollectedSpan[];
  close(): Promise<void>;
}

/** https://opentelemetry.io/docs/specs/otlp/#otlphttp, in its JSON encoding. */
export interface ExportRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly { key: string; value: { stringValue?: string } }[] };
    readonly scopeSpans: readonly { readonly spans: readonly (CollectedSpan & { parentSpanId?: string })[] }[];
  }[];
}

export async function startTraceCollector(): Promise<TraceCollector> {
  const spans: CollectedSpan[] = [];
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      spans.push(...spansOf(body as ExportRequest));
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("the collector has no port");
  return {
    url: `http://127.0.0.1:${bound.port}`,
    spans,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export function spansOf({ resourceSpans }: ExportRequest): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = resource.attributes.find(({ key }) => key === "service.name")?.value.stringValue ?? "";
    return scopeSpans.flatMap((scope) =>
      scope.spans.map(({ traceId, spanId, parentSpanId = "", name }) => ({
        ...{ traceId, spanId, parentSpanId, name, service },
      })),
    );
  });
}

/** A trace as text, each span below its parent and indented: "service: name". What lies side by side is sorted. */
export function traceText(spans: readonly CollectedSpan[], traceId: string): string[] {
  const ofTrace = spans.filter((span) => span.traceId === traceId);
  const below = (parent: string, depth: number): string[] =>
    ofTrace
      .filter(({ parentSpanId }) => parentSpanId === parent)
      .map(({ spanId, service, name }) => [`${"  ".repeat(depth)}${service}: ${name}`, ...below(spanId, depth + 1)])
      .sort()
      .flat();
  return below("", 0);
}
