import { randomUUID } from "node:crypto";
import { connectKurrent } from "@rhumbline/event-sourcing/kurrent";
import { ReplicaRole } from "@rhumbline/proto/rhumbline/service/v1/state_service";
import { probeHealth } from "@rhumbline/service";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type EventLogProcess, startEventLog } from "../../support/event-log-process.ts";
import { eventually } from "../../support/eventually.ts";
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

test("a service that can't fold an event says which one, in its log and to whoever asks it, and again after a restart", async () => {
  const ipam = await startService("ipam", ["--log", log.connectionString]);
  await untilWriter(ipam);
  const networkId = randomUUID();
  await openScope(ipam, networkId);
  const { subnet } = await createSubnet(ipam, { networkId, cidr: "10.0.0.0/24" });
  const subnetId = subnet?.id ?? "";

  const store = connectKurrent({ connectionString: log.connectionString });
  const { epoch } = await stateOf(ipam);
  const data = { subnetId, scopeId: networkId, ownerId: randomUUID(), ipAddress: "no address" };
  const metadata = { service: "ipam", epoch, timeMs: Date.now(), actor: "another hand", projectId: "" };
  const unfoldable = { id: randomUUID(), type: "AddressAllocated", data, metadata };
  const { position } = await store.append(`subnet-${subnetId}`, "any", [unfoldable]);
  await store.close();

  await eventually(async () => expect(await probeHealth(ipam.address)).toBe(false));
  await standsStillAt(ipam, position, subnetId);
  await ipam.stop();

  const restarted = await startService("ipam", ["--log", log.connectionString]);
  expect(await probeHealth(restarted.address)).toBe(false);
  await standsStillAt(restarted, position, subnetId);
  expect(restarted.logLines.filter(({ message }) => message === "folded the log")).toEqual([]);
}, 120_000);

async function standsStillAt(ipam: ServiceProcess, position: number, subnetId: string): Promise<void> {
  const state = await stateOf(ipam);
  expect(state.standstill).toContain(`can't fold AddressAllocated at position ${position}`);
  expect(state.role).toBe(ReplicaRole.READER);
  expect(state.position).toBeLessThan(position);
  const told = ipam.logLines.filter(({ level }) => level === "error");
  expect(told).toMatchObject([{ type: "AddressAllocated", position: String(position), stream: `subnet-${subnetId}` }]);
  expect(JSON.stringify(told[0])).toContain("no address");
  expect(await endOf(createSubnet(ipam, { networkId: randomUUID(), cidr: "10.1.0.0/24" }))).toBe("NO_WRITER");
  expect(await endOf(getSubnet(ipam, subnetId))).toBe("FOLD_FAILED");
}
