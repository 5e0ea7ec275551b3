import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLogger } from "../log.ts";
import { count, gaugesOnScrape, record } from "./measure.ts";
import { metrics } from "./metrics.ts";
import { startMetrics } from "./serve-metrics.ts";

const log = createLogger("test", "error");
let address: string;
let stop: () => Promise<void>;

beforeAll(async () => {
  // Asked for before anything is measured, as a process does that starts.
  gaugesOnScrape([metrics.nodes], (set) => set(metrics.nodes, 3, { state: "alive" }));
  const port = await freePort();
  address = `127.0.0.1:${port}`;
  stop = await startMetrics("test", address, log);
});
afterAll(() => stop());

const scrape = async (): Promise<string[]> => (await (await fetch(`http://${address}/metrics`)).text()).split("\n");

test("what was counted and recorded is served under its own name", async () => {
  count(metrics.agentOperations, { outcome: "done" }, 2);
  count(metrics.agentOperations, { outcome: "done" });
  record(metrics.grpcDuration, { method: "NodeService.ListNodes" }, 0.02);
  const lines = await scrape();
  expect(lines).toContain('rhumbline_agent_operations_total{outcome="done"} 3');
  expect(lines).toContain('rhumbline_grpc_request_duration_seconds_count{method="NodeService.ListNodes"} 1');
  expect(lines).toContain('rhumbline_grpc_request_duration_seconds_bucket{method="NodeService.ListNodes",le="0.01"} 0');
  expect(lines).toContain(
    'rhumbline_grpc_request_duration_seconds_bucket{method="NodeService.ListNodes",le="0.025"} 1',
  );
  expect(lines).toContain("# TYPE rhumbline_agent_operations_total counter");
});

test("a gauge is read anew at each scrape, also one asked for before the start", async () => {
  let position = 7;
  gaugesOnScrape([metrics.relayPosition], (set) => set(metrics.relayPosition, position));
  expect(await scrape()).toContain("rhumbline_relay_position 7");
  position = 8;
  const lines = await scrape();
  expect(lines).toContain("rhumbline_relay_position 8");
  expect(lines).toContain('rhumbline_nodes{state="alive"} 3');
});

test("what can't be read, or not in time, keeps nothing else from being served", async () => {
  const { projectionLag, logReachable } = metrics;
  gaugesOnScrape([projectionLag], () => Promise.reject(new Error("no log")));
  gaugesOnScrape([logReachable], (set) => {
    set(logReachable, false);
    return new Promise(() => undefined);
  });
  const lines = await scrape();
  expect(lines).toContain("rhumbline_log_reachable 0");
  expect(lines.filter((line) => line.startsWith("process_resident_memory_bytes "))).toHaveLength(1);
  expect(lines.filter((line) => line.startsWith("rhumbline_projection_lag_seconds "))).toEqual([]);
});

test("elsewhere it says where the metrics are", async () => {
  const answer = await fetch(`http://${address}/`);
  expect([answer.status, await answer.text()]).toEqual([404, "metrics are at /metrics\n"]);
});

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
  await new Promise((resolve) => server.close(resolve));
  return port;
}
