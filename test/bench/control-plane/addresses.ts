import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openChannel, ownAccord } from "@rhumbline/grpc";
import { AllocateRequest, AllocationServiceService } from "@rhumbline/proto/rhumbline/ipam/v1/allocation_service";
import { eventually } from "../../support/eventually.ts";
import { startService } from "../../support/service-process.ts";
import { elapsedMs, type Row } from "../row.ts";
import { echoRate, perSecond } from "./echo.ts";
import { during } from "./load.ts";
import { writeLogOfPorts } from "./log-of-ports.ts";

/** The most leave as many free as two rounds can take. */
const held = [1, 1_000, 30_000];
const clients = 64;
const warmUpMs = 3_000;
const measuredMs = 3_000;
const targetRate = 3_000;

/** What an address from one /16 costs, with its MAC address, while many clients ask at once, as topology asks for them: by
 *  how many are held before. That none is given twice and no client hears of a conflict is looked at on the way. */
export async function addresses(): Promise<Row[]> {
  const floor = await echoRate(clients, { sent: 80, answered: 100 });
  const rows: Row[] = [];
  for (const count of held) {
    const value = await allocationRate(count);
    const name = `addresses from a /16, ${clients} clients`;
    rows.push({ name, size: count, value, unit: "/s", better: "more", target: targetRate, floor });
  }
  return rows;
}

async function allocationRate(count: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "rhumbline-bench-"));
  const log = await writeLogOfPorts(folder, count, 1);
  const eventLog = await startService("event-log", ["--data", folder]);
  const ipam = await startService("ipam", ["--log", `kurrentdb://${eventLog.address}?tls=false`]);
  const channel = openChannel(ipam.address, { exchangeAs: ownAccord("topology") });
  try {
    const client = channel.client(AllocationServiceService);
    const scopeId = log.networkIds[0] ?? "";
    const given: string[] = [];
    const allocate = async () => {
      const request = AllocateRequest.fromPartial({ scopeId, ownerId: randomUUID() });
      const { addresses: [address] = [] } = await client.allocate(request);
      given.push(address?.ipAddress ?? "none");
    };
    // Its first second may pass before it is the writer.
    await eventually(allocate);
    await during(warmUpMs, clients, allocate);
    let count = 0;
    const ms = await elapsedMs(async () => {
      count = await during(measuredMs, clients, allocate);
    });
    if (new Set(given).size !== given.length) throw new Error("an address was given twice");
    return perSecond(count, ms);
  } finally {
    channel.close();
    await ipam.kill();
    await eventLog.kill();
    await rm(folder, { recursive: true });
  }
}
