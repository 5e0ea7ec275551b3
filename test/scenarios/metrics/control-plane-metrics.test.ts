import { randomUUID } from "node:crypto";
import { Network } from "@rhumbline/proto/rhumbline/topology/v1/network";
import { NetworkServiceService } from "@rhumbline/proto/rhumbline/topology/v1/network_service";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EventLogProcess, startEventLog } from "../../support/event-log-process.ts";
import { eventually } from "../../support/eventually.ts";
import { freePort } from "../../support/free-port.ts";
import { NatsProcess } from "../../support/nats-process.ts";
import { scrape } from "../../support/scrape.ts";
import { killServices, type ServiceProcess, startService } from "../../support/service-process.ts";
import { startWillingNode } from "../cli/installation.ts";

let log: EventLogProcess;
let nats: NatsProcess;
let topology: ServiceProcess;
let node: { stop(): Promise<void> };
const at: Record<string, string> = {};

beforeAll(async () => {
  for (const name of ["event-log", "ipam", "topology", "router-scheduler", "audit"])
    at[name] = `127.0.0.1:${await freePort()}`;
  [log, nats] = await Promise.all([
    startEventLog({ wrapper: ["env", `RHUMBLINE_METRICS=${at["event-log"]}`] }),
    NatsProcess.start(),
  ]);
  const toLog = ["--log", log.connectionString];
  const toNats = ["--nats", nats.url];
  const start = (name: string, ...args: readonly string[]): Promise<ServiceProcess> =>
    startService(name, [...toLog, ...args, "--metrics", at[name] ?? ""]);
  const ipam = await start("ipam");
  [topology] = await Promise.all([
    start("topology", "--ipam", ipam.address),
    start("router-scheduler", ...toNats),
    start("audit", ...toNats),
  ]);
  node = await startWillingNode(nats);
});
afterAll(async () => {
  await node.stop();
  await killServices();
  await Promise.all([log.kill(), nats.dispose()]);
});

const samplesOf = (name: string): Promise<ReadonlyMap<string, number>> => scrape(at[name] ?? "");

test("calls are counted by method and code, and the writer counts its appends", async () => {
  await createNetwork("web");
  await expect(topology.channel.client(NetworkServiceService).getNetwork(network("no id"))).rejects.toThrow();
  const samples = await samplesOf("topology");
  const created = samples.get('rhumbline_grpc_requests_total{method="NetworkService.CreateNetwork",code="OK"}');
  expect(created).toBe(1);
  expect(samples.get('rhumbline_grpc_requests_total{method="NetworkService.GetNetwork",code="INVALID_ARGUMENT"}')).toBe(
    1,
  );
  // Those that were refused before it was the writer took their time too.
  expect(samples.get('rhumbline_grpc_request_duration_seconds_count{method="NetworkService.CreateNetwork"}')).toBe(
    countedCalls(samples, "NetworkService.CreateNetwork"),
  );
  expect(samples.get("rhumbline_appends_total")).toBeGreaterThan(0);
  expect(samples.get("rhumbline_append_conflicts_total")).toBe(0);
  expect(samples.get("rhumbline_writer")).toBe(1);
  expect(samples.get("rhumbline_writer_epoch")).toBe(1);
});

test("who has taken the whole log is not behind, and says how far that is", async () => {
  await createNetwork("db");
  for (const name of ["ipam", "topology", "router-scheduler"]) {
    await eventually(async () => {
      const samples = await samplesOf(name);
      expect([name, samples.get("rhumbline_log_reachable"), samples.get("rhumbline_projection_lag_seconds")]).toEqual([
        name,
        1,
        0,
      ]);
      expect(samples.get("rhumbline_projection_position")).toBeGreaterThan(0);
    });
  }
  await eventually(async () => {
    const samples = await samplesOf("audit");
    expect(samples.get("rhumbline_relay_lag_seconds")).toBe(0);
    expect(samples.get("rhumbline_relay_bus_connected")).toBe(1);
    expect(samples.get("rhumbline_relay_position")).toBeGreaterThan(0);
  });
});

test("the embedded log shows how much it holds, and how much more there is room for", async () => {
  const samples = await samplesOf("event-log");
  expect(samples.get("rhumbline_event_log_events")).toBeGreaterThan(0);
  expect(samples.get("rhumbline_event_log_position")).toBeGreaterThan(0);
  expect(samples.get("rhumbline_event_log_disk_free_bytes")).toBeGreaterThan(0);
});

test("the scheduler counts its nodes, dead or alive, and how far they are behind", async () => {
  await eventually(async () => {
    const samples = await samplesOf("router-scheduler");
    expect(samples.get('rhumbline_nodes{state="alive"}')).toBe(1);
    expect(samples.get('rhumbline_nodes{state="dead"}')).toBe(0);
    expect(samples.get("rhumbline_nodes_behind")).toBe(0);
    expect(samples.get("rhumbline_node_lag_positions")).toBe(0);
  });
});

test("a bus that is gone shows at the relay as events that wait", async () => {
  await nats.kill();
  await createNetwork("cut off");
  await eventually(async () => {
    const samples = await samplesOf("audit");
    expect(samples.get("rhumbline_relay_bus_connected")).toBe(0);
    expect(samples.get("rhumbline_relay_lag_seconds")).toBeGreaterThan(0);
  });
  await nats.restart();
  await eventually(async () => expect((await samplesOf("audit")).get("rhumbline_relay_lag_seconds")).toBe(0));
});

test("a log that is gone shows as not reachable, with a lag that is not known", async () => {
  await log.kill();
  await eventually(async () => {
    const samples = await samplesOf("topology");
    expect(samples.get("rhumbline_log_reachable")).toBe(0);
    expect(samples.get("rhumbline_projection_lag_seconds")).toBeNaN();
    expect(samples.get("rhumbline_projection_position")).toBeGreaterThan(0);
  });
});

const countedCalls = (samples: ReadonlyMap<string, number>, method: string): number =>
  [...samples]
    .filter(([name]) => name.startsWith(`rhumbline_grpc_requests_total{method="${method}",`))
    .reduce((sum, [, calls]) => sum + calls, 0);

const network = (id: string) => ({ id, minPosition: 0, asOf: undefined });

async function createNetwork(name: string): Promise<void> {
  const networks = topology.channel.client(NetworkServiceService);
  // Until it has become the writer it refuses.
  await eventually(async () => {
    await networks.createNetwork({
      network: Network.fromPartial({ name }),
      requestId: randomUUID(),
      validateOnly: false,
    });
  });
}
