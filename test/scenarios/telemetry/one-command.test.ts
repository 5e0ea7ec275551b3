import { CreateNetworkRequest, NetworkServiceService } from "@rhumbline/proto/rhumbline/topology/v1/network_service";
import { CreatePortRequest, PortServiceService } from "@rhumbline/proto/rhumbline/topology/v1/port_service";
import { startTracing } from "@rhumbline/telemetry";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EventLogProcess, startEventLog } from "../../support/event-log-process.ts";
import { eventually } from "../../support/eventually.ts";
import { createSubnet } from "../../support/ipam-commands.ts";
import { untilWriter } from "../../support/replica-state.ts";
import { killServices, type ServiceProcess, startService } from "../../support/service-process.ts";
import { startTraceCollector, type TraceCollector, traceText } from "../../support/trace-collector.ts";

let collector: TraceCollector;
let log: EventLogProcess;
let ipam: ServiceProcess;
let topology: ServiceProcess;
let networkId = "";
let stopTracing: () => Promise<void>;

beforeAll(async () => {
  // The SDK reads it here as in the services: spans are sent as they end.
  process.env["OTEL_BSP_SCHEDULE_DELAY"] = "50";
  collector = await startTraceCollector();
  stopTracing = await startTracing("client", collector.url);
  log = await startEventLog();
  const args = ["--log", log.connectionString, "--otlp", collector.url];
  ipam = await startService("ipam", args);
  topology = await startService("topology", [...args, "--ipam", ipam.address]);
  await Promise.all([untilWriter(ipam), untilWriter(topology)]);
  const networks = topology.channel.client(NetworkServiceService);
  const { network } = await networks.createNetwork(CreateNetworkRequest.fromPartial({ network: { name: "n" } }));
  networkId = network?.id ?? "";
});
afterAll(async () => {
  await killServices();
  await stopTracing();
  await collector.close();
  await log.kill();
});

/** The trace that a client's call began, once all of it has arrived. */
async function traceOf(call: string, expected: readonly string[]): Promise<void> {
  await eventually(() => {
    const first = collector.spans.filter(({ name, service }) => name === call && service === "client").at(-1);
    expect(traceText(collector.spans, first?.traceId ?? "")).toEqual(expected);
  });
}

test("a command to one service is one trace, from its client to its appends", async () => {
  await createSubnet(ipam, { networkId, cidr: "10.0.0.0/24" });
  await traceOf("SubnetService.CreateSubnet", [
    "client: SubnetService.CreateSubnet",
    "  ipam: SubnetService.CreateSubnet",
    "    ipam: append scope",
    "    ipam: append subnet",
  ]);
});

test("a command that another service works for too is one trace", async () => {
  const ports = topology.channel.client(PortServiceService);
  await ports.createPort(CreatePortRequest.fromPartial({ port: { networkId } }));
  await traceOf("PortService.CreatePort", [
    "client: PortService.CreatePort",
    "  topology: PortService.CreatePort",
    "    topology: AllocationService.Allocate",
    "      ipam: AllocationService.Allocate",
    "        ipam: append scope, subnet",
    "    topology: append port",
    // The project's default group: this is its first port.
    "    topology: append securityGroup",
  ]);
});

test("a command to a reader is one trace with the writer's", async () => {
  const reader = await startService("ipam", ["--log", log.connectionString, "--otlp", collector.url]);
  await createSubnet(reader, { networkId, cidr: "10.0.1.0/24" });
  await traceOf("SubnetService.CreateSubnet", [
    "client: SubnetService.CreateSubnet",
    "  ipam: SubnetService.CreateSubnet",
    "    ipam: SubnetService.CreateSubnet",
    "      ipam: SubnetService.CreateSubnet",
    "        ipam: append scope",
    "        ipam: append subnet",
  ]);
});
