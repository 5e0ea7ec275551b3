import { randomUUID } from "node:crypto";
import { ReplicaRole } from "@rhumbline/proto/rhumbline/service/v1/state_service";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type EventLogProcess, startEventLog } from "../../support/event-log-process.ts";
import { createSubnet, getSubnet, openScope } from "../../support/ipam-commands.ts";
import { endOf } from "../../support/refusal.ts";
import { stateOf, untilWriter } from "../../support/replica-state.ts";
import { killServices, type ServiceProcess, startService } from "../../support/service-process.ts";

let log: EventLogProcess;
beforeAll(async () => {
  log = await startEventLog();
});
afterEach(killServices);
afterAll(() => log.kill());

const startIpam = (listen?: string): Promise<ServiceProcess> =>
  startService("ipam", ["--log", log.connectionString], listen === undefined ? {} : { listen });

test("replicas that start at the same time agree on one writer", async () => {
  const replicas = await Promise.all([startIpam(), startIpam(), startIpam()]);
  const networkId = randomUUID();
  // A reader that can pass this on, and a writer that can do it, know who the writer is.
  await Promise.all(replicas.map((replica) => openScope(replica, networkId)));
  const states = await Promise.all(replicas.map(stateOf));
  expect(states.map(({ role }) => role).sort()).toEqual([ReplicaRole.READER, ReplicaRole.READER, ReplicaRole.WRITER]);
  expect(new Set(states.map(({ epoch }) => epoch)).size).toBe(1);
});

test("a command to a reader is passed on to the writer, and its answer comes back", async () => {
  const writer = await startIpam();
  await untilWriter(writer);
  const reader = await startIpam();
  const networkId = randomUUID();
  await openScope(reader, networkId);
  const { subnet, position } = await createSubnet(reader, { networkId, cidr: "10.0.0.0/24", name: "by the reader" });
  expect(subnet).toMatchObject({ networkId, cidr: "10.0.0.0/24", name: "by the reader" });
  expect(await getSubnet(reader, subnet?.id ?? "", position)).toEqual(subnet);
  expect(await getSubnet(writer, subnet?.id ?? "")).toEqual(subnet);
  expect((await stateOf(reader)).role).toBe(ReplicaRole.READER);
});

test("a reader's refusals are the writer's", async () => {
  const writer = await startIpam();
  await untilWriter(writer);
  const reader = await startIpam();
  const networkId = randomUUID();
  await openScope(reader, networkId);
  await createSubnet(writer, { networkId, cidr: "10.0.0.0/24" });
  expect(await endOf(createSubnet(reader, { networkId, cidr: "10.0.0.128/25" }))).toBe("SUBNET_OVERLAPS");
});

test("a writer that was killed and is started again at its address takes over at once", async () => {
  const before = await startIpam();
  await untilWriter(before);
  const { epoch } = await stateOf(before);
  await before.kill();
  const again = await startIpam(before.address);
  await untilWriter(again);
  expect((await stateOf(again)).epoch).toBe(epoch + 1);
  expect(again.logLines.filter(({ level }) => level === "warn" || level === "error")).toEqual([]);
});

test("a reader takes over from a writer that is gone, and a replica that stops ends well", async () => {
  const writer = await startIpam();
  await untilWriter(writer);
  const reader = await startIpam();
  await openScope(reader, randomUUID());
  expect(await writer.stop()).toBe(0);
  await untilWriter(reader);
  await openScope(reader, randomUUID());
  expect(await reader.stop()).toBe(0);
});
