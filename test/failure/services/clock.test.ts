import { randomUUID } from "node:crypto";
import type { EventMetadata } from "@rhumbline/event-sourcing";
import { connectKurrent } from "@rhumbline/event-sourcing/kurrent";
import { CreateNetworkRequest, NetworkServiceService } from "@rhumbline/proto/rhumbline/topology/v1/network_service";
import { CreatePortRequest, PortServiceService } from "@rhumbline/proto/rhumbline/topology/v1/port_service";
import { afterEach, beforeEach, expect, test } from "vitest";
import { clockOffBy } from "../../support/clock-off-by.ts";
import { type EventLogProcess, startEventLog } from "../../support/event-log-process.ts";
import { createSubnet, openScope } from "../../support/ipam-commands.ts";
import { untilWriter, verify } from "../../support/replica-state.ts";
import { killServices, type ServiceProcess, startService } from "../../support/service-process.ts";

let log: EventLogProcess;
beforeEach(async () => {
  log = await startEventLog();
});
afterEach(async () => {
  await killServices();
  await log.kill();
});

/** Metadata's time of a service's events, in the log's order. */
async function timesOf(service: string): Promise<number[]> {
  const store = connectKurrent({ connectionString: log.connectionString });
  const times: number[] = [];
  for await (const { metadata } of store.readAll()) {
    const { service: by, timeMs } = metadata as Partial<EventMetadata>;
    if (by === service && timeMs !== undefined) times.push(timeMs);
  }
  await store.close();
  return times;
}
const ascending = (times: readonly number[]): number[] => times.toSorted((a, b) => a - b);

async function untilVerified(replica: ServiceProcess): Promise<void> {
  expect((await verify(replica)).differences).toEqual([]);
}

test("time does not go back when a writer whose clock is right follows one whose clock was five minutes ahead", async () => {
  const ahead = await startService("ipam", ["--log", log.connectionString], clockOffBy(5));
  await untilWriter(ahead);
  const networkId = randomUUID();
  await openScope(ahead, networkId);
  await createSubnet(ahead, { networkId, cidr: "10.0.0.0/24" });
  expect((await timesOf("ipam")).at(-1)).toBeGreaterThan(Date.now() + 4 * 60_000);
  await ahead.kill();
  const right = await startService("ipam", ["--log", log.connectionString], { listen: ahead.address });
  await untilWriter(right);
  await createSubnet(right, { networkId, cidr: "10.1.0.0/24" });
  const times = await timesOf("ipam");
  expect(times.length).toBeGreaterThan(3);
  expect(times).toEqual(ascending(times));
  await untilVerified(right);
}, 120_000);

test("services whose clocks differ by five minutes work together, and each is what the log says", async () => {
  const ipam = await startService("ipam", ["--log", log.connectionString], clockOffBy(-5));
  const topology = await startService("topology", ["--log", log.connectionString, "--ipam", ipam.address]);
  await Promise.all([untilWriter(ipam), untilWriter(topology)]);
  const networks = topology.channel.client(NetworkServiceService);
  const { network } = await networks.createNetwork(CreateNetworkRequest.fromPartial({ network: { name: "n" } }));
  await createSubnet(ipam, { networkId: network?.id ?? "", cidr: "10.2.0.0/24" });
  const ports = topology.channel.client(PortServiceService);
  const port = { networkId: network?.id ?? "" };
  const made = await ports.createPort(CreatePortRequest.fromPartial({ port }));
  expect(made.port?.fixedIps).toMatchObject([{ ipAddress: "10.2.0.2" }]);
  for (const service of ["ipam", "topology"]) expect(await timesOf(service)).toEqual(ascending(await timesOf(service)));
  await Promise.all([ipam, topology].map(untilVerified));
}, 120_000);
