import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ListPortsRequest,
  type ListPortsResponse,
  PortServiceService,
} from "@rhumbline/proto/rhumbline/topology/v1/port_service";
import { startService } from "../../support/service-process.ts";
import { middleOf } from "../middle.ts";
import { elapsedMs, type Row } from "../row.ts";
import { writeLogOfPorts } from "./log-of-ports.ts";

const sizes = [1_000, 10_000, 100_000];
const page = 1_000;
const times = 15;
const targetMs = 30;

/** What a page of a thousand ports costs, by how many there are: any, those of one network, and by name. The floor is the
 *  same page of the smallest list. */
export async function lists(): Promise<Row[]> {
  const rows: Row[] = [];
  let floors: readonly (number | undefined)[] = [];
  for (const size of sizes) {
    const found = await pagesOf(size);
    for (const [i, { what, ms }] of found.entries()) {
      const name = `${page.toLocaleString("en")} ports listed, ${what}`;
      rows.push({ name, size, value: ms, unit: "ms", target: targetMs, floor: floors[i] });
    }
    if (floors.length === 0) floors = found.map(({ ms }) => ms);
  }
  return rows;
}

async function pagesOf(ports: number): Promise<{ what: string; ms: number }[]> {
  const folder = await mkdtemp(join(tmpdir(), "rhumbline-bench-"));
  const { networkIds } = await writeLogOfPorts(folder, ports);
  const eventLog = await startService("event-log", ["--data", folder]);
  const topology = await startService("topology", ["--log", `kurrentdb://${eventLog.address}?tls=false`]);
  try {
    const client = topology.channel.client(PortServiceService);
    const list = (request: Partial<ListPortsRequest>) =>
      client.listPorts(ListPortsRequest.fromPartial({ pageSize: page, ...request }));
    const { nextPageToken } = await list({});
    return [
      { what: "the first page", ms: await medianMs(() => list({})) },
      { what: "the second page", ms: await medianMs(() => list({ pageToken: nextPageToken })) },
      { what: "of one network", ms: await medianMs(() => list({ filter: `network_id = "${networkIds[0]}"` })) },
      { what: "by name", ms: await medianMs(() => list({ orderBy: "name" })) },
    ];
  } finally {
    await topology.kill();
    await eventLog.kill();
    await rm(folder, { recursive: true });
  }
}

async function medianMs(work: () => Promise<ListPortsResponse>): Promise<number> {
  await work();
  const measured: number[] = [];
  for (let time = 0; time < times; time += 1) measured.push(await elapsedMs(work));
  return middleOf(measured);
}
