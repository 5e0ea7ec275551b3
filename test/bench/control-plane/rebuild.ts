import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFold } from "@rhumbline/event-sourcing";
import { connectKurrent } from "@rhumbline/event-sourcing/kurrent";
import { ipamFold } from "../../../services/ipam/src/read-model/fold.ts";
import { schedulerFold } from "../../../services/router-scheduler/src/read-model/fold.ts";
import { topologyFold } from "../../../services/topology/src/read-model/fold.ts";
import { killServices, type ServiceProcess, startService } from "../../support/service-process.ts";
import { elapsedMs, type Row } from "../row.ts";
import { perSecond } from "./echo.ts";
import { type PortLog, writeLogOfPorts } from "./log-of-ports.ts";

/** Three events a port: a million at the end, which are the most that two minutes hold. */
const sizes = [10_000, 100_000, 333_333];
const targetRate = 150_000;
/** Ports. Of fewer a rebuild takes a third of a second, most of which code that nobody ran before is compiled. */
const targetFrom = 100_000;
const targetReadyMs = 2_000;

const folds = [ipamFold, topologyFold, schedulerFold] as const;

/** How fast a service folds a log from its start, by how many events there are in it; and how soon it is ready with a snapshot. */
export async function rebuild(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const ports of sizes) rows.push(...(await rowsOf(ports)));
  return rows;
}

async function rowsOf(ports: number): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), "rhumbline-bench-"));
  const written = await writeLogOfPorts(join(folder, "event-log"), ports);
  const eventLog = await startService("event-log", ["--data", join(folder, "event-log")]);
  try {
    const rows: Row[] = [];
    for (const definition of folds) rows.push(...(await rowsOfService(definition, { folder, eventLog, written })));
    return rows;
  } finally {
    await killServices();
    await rm(folder, { recursive: true });
  }
}

interface World {
  readonly folder: string;
  readonly eventLog: ServiceProcess;
  readonly written: PortLog;
}

async function rowsOfService(definition: (typeof folds)[number], { folder, eventLog, written }: World): Promise<Row[]> {
  const { service } = definition;
  const log = `kurrentdb://${eventLog.address}?tls=false`;
  const args = ["--log", log, "--data", join(folder, service)];
  const { count, rate: floor } = await readRate(definition, log);
  const without = await startService(service, args);
  const { durationMs = 0 } = foldedLine(without);
  const code = await without.stop();
  if (code !== 0) throw new Error(`${service} ended with ${code} instead of leaving a snapshot`);
  const startedMs = performance.now();
  const withSnapshot = await startService(service, args);
  const readyMs = performance.now() - startedMs;
  if (foldedLine(withSnapshot).snapshot === 0) throw new Error(`${service} left no snapshot`);
  await withSnapshot.kill();
  const size = written.events;
  const folded = {
    value: perSecond(count, durationMs),
    unit: "/s",
    better: "more",
    target: written.ports >= targetFrom ? targetRate : undefined,
    floor,
  } as const;
  const ready = { value: readyMs, unit: "ms", target: targetReadyMs, floor: undefined };
  return [
    { name: `${service} folds events of its log`, size, ...folded },
    { name: `${service} ready with a snapshot`, size, ...ready },
  ];
}

/** What reading alone takes: each event of the service's as it comes, and nothing made of it. */
async function readRate(definition: (typeof folds)[number], connectionString: string) {
  const store = connectKurrent({ connectionString });
  const { streamPrefixes } = createFold(definition as never);
  let count = 0;
  const ms = await elapsedMs(() =>
    store.replay({ streamPrefixes }, () => {
      count += 1;
    }),
  );
  await store.close();
  return { count, rate: perSecond(count, ms) };
}

/** What the service says of its start. */
function foldedLine({ name, logLines }: ServiceProcess): { durationMs?: number; snapshot?: number } {
  const line = logLines.find(({ message }) => message === "folded the log");
  if (line === undefined) throw new Error(`${name} does not say that it folded the log`);
  return line as { durationMs?: number; snapshot?: number };
}
