import { createServer, type Server } from "node:http";
import type { Logger } from "pino";
import { gaugesOnScrape, measureWith } from "./measure.ts";
import { metrics } from "./metrics.ts";

/** Begins to measure, and serves what was measured as Prometheus text at `http://<listen>/metrics`. An address that is
 *  taken is logged as an error and no more: nothing else depends on being watched.
 *  @param listen host:port; port 0 takes a free one, which the log names.
 *  @returns ends it. */
export async function startMetrics(service: string, listen: string, log: Logger): Promise<() => Promise<void>> {
  // Loaded only when wanted: it would be a tenth of a second of every start.
  const [{ MeterProvider }, { PrometheusExporter }, { resourceFromAttributes }] = await Promise.all([
    import("@opentelemetry/sdk-metrics"),
    import("@opentelemetry/exporter-prometheus"),
    import("@opentelemetry/resources"),
  ]);
  const exporter = new PrometheusExporter({ preventServerStart: true, withoutScopeInfo: true });
  const provider = new MeterProvider({
    resource: resourceFromAttributes({ "service.name": service }),
    readers: [exporter],
  });
  measureWith(provider.getMeter("rhumbline"));
  exposeProcess();

  const server = createServer((request, response) => {
    if (request.url?.split("?")[0] === "/metrics") exporter.getMetricsRequestHandler(request, response);
    else response.writeHead(404, { "content-type": "text/plain" }).end("metrics are at /metrics\n");
  });
  try {
    log.info({ address: await listening(server, listen) }, "serving metrics");
  } catch (error) {
    log.error({ err: error, listen }, "can't serve metrics; going on without");
  }
  return async () => {
    server.closeAllConnections();
    server.close();
    await provider.shutdown();
  };
}

function exposeProcess(): void {
  const { processMemory, processStart } = metrics;
  const startSeconds = Date.now() / 1000 - process.uptime();
  gaugesOnScrape([processMemory, processStart], (set) => {
    set(processMemory, process.memoryUsage.rss());
    set(processStart, startSeconds);
  });
}

function listening(server: Server, listen: string): Promise<string> {
  const colon = listen.lastIndexOf(":");
  const host = listen.slice(0, colon);
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: host.replace(/^\[|\]$/g, ""), port: Number(listen.slice(colon + 1)) }, () => {
      const bound = server.address();
      const port = typeof bound === "object" ? bound?.port : undefined;
      resolve(`${host}:${port}`);
    });
  });
}
