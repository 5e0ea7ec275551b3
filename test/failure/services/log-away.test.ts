import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectKurrent } from "@rhumbline/event-sourcing/kurrent";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type EventLogProcess, startEventLog } from "../../support/event-log-process.ts";
import { eventually } from "../../support/eventually.ts";
import { createSubnet, getSubnet, listSubnets, openScope } from "../../support/ipam-commands.ts";
import { endOf } from "../../support/refusal.ts";
import { untilWriter, verify } from "../../support/replica-state.ts";
import { killServices, type ServiceProcess, startService } from "../../support/service-process.ts";
import { startTcpProxy, type TcpProxy } from "../../support/tcp-proxy.ts";

let data: string;
let log: EventLogProcess;
let proxy: TcpProxy;
let ipam: ServiceProcess;
const networkId = randomUUID();

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "rhumbline-log-"));
  log = await startEventLog({ data });
  proxy = await startTcpProxy(log.address);
  ipam = await startService("ipam", ["--log", `kurrentdb://${proxy.address}?tls=false`]);
  await untilWriter(ipam);
  await openScope(ipam, networkId);
});
afterEach(() => proxy.release());
afterAll(async () => {
  await killServices();
  await proxy.close();
  await log.kill();
  await rm(data, { recursive: true });
});

test("with the log away reads go on, writes are refused, and both go on when it is back", async () => {
  const { subnet } = await createSubnet(ipam, { networkId, cidr: "10.0.0.0/24" });
  await log.kill();
  const refused = { networkId, cidr: "10.0.1.0/24", requestId: randomUUID() };
  await eventually(async () => expect(await endOf(createSubnet(ipam, refused))).toBe("LOG_UNAVAILABLE"));
  expect(await getSubnet(ipam, subnet?.id ?? "")).toEqual(subnet);

  log = await startEventLog({ data, listen: log.address });
  expect((await listSubnets(ipam)).map(({ cidr }) => cidr)).toEqual(["10.0.0.0/24"]);
  await eventually(async () => expect(await endOf(createSubnet(ipam, refused))).toBe("done"));
  expect((await verify(ipam)).differences).toEqual([]);
});

test("a write that the log was killed under is done once when its caller asks again", async () => {
  const wanted = { networkId, cidr: "10.0.2.0/24", requestId: randomUUID() };
  proxy.holdFrom(wanted.cidr);
  const first = endOf(createSubnet(ipam, wanted, { timeoutMs: 2_000 }));
  await eventually(() => expect(proxy.holds(wanted.cidr)).toBe(true));
  await log.kill();
  expect(["OUTCOME_UNKNOWN", "LOG_UNAVAILABLE"]).toContain(await first);
  proxy.release();

  log = await startEventLog({ data, listen: log.address });
  await eventually(async () => expect(await endOf(createSubnet(ipam, wanted))).toBe("done"));
  expect((await listSubnets(ipam)).filter(({ cidr }) => cidr === wanted.cidr)).toHaveLength(1);
  expect((await verify(ipam)).differences).toEqual([]);
});

test("a caller is answered by its deadline while the log keeps silent, and asks again", async () => {
  const wanted = { networkId, cidr: "10.0.3.0/24", requestId: randomUUID() };
  proxy.holdFrom(wanted.cidr);
  // Again and again, should this process be too slow to take the answer before it gives up.
  await eventually(async () =>
    expect(await endOf(createSubnet(ipam, wanted, { timeoutMs: 200 }))).toBe("OUTCOME_UNKNOWN"),
  );
  expect(proxy.holds(wanted.cidr)).toBe(true);
  proxy.release();

  const { subnet } = await createSubnet(ipam, wanted);
  expect(subnet?.cidr).toBe(wanted.cidr);
  expect((await listSubnets(ipam)).filter(({ cidr }) => cidr === wanted.cidr)).toHaveLength(1);
});

test("a read waits for the position of a write that is none of the service's, though nothing else comes", async () => {
  const store = connectKurrent({ connectionString: log.connectionString });
  const { position } = await store.append(`network-${randomUUID()}`, "no-stream", [
    { id: randomUUID(), type: "NetworkCreated", data: {}, metadata: { epoch: 1, timeMs: 1 } },
  ]);
  await store.close();
  expect(await endOf(listSubnets(ipam, position))).toBe("done");
  expect(await endOf(listSubnets(ipam, position + 1_000_000))).toBe("POSITION_NOT_REACHED");
});
