import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NatsProcess } from "./nats-process.ts";
import { killServices, type ServiceProcess, startService } from "./service-process.ts";

/** Every process of an installation but the node agents, on the loopback. */
export interface ControlPlane {
  /** By name: "ipam". */
  readonly services: ReadonlyMap<string, ServiceProcess>;
  service(name: string): ServiceProcess;
  /** Where its bus is. */
  readonly nats: string;
  /** Of every process, the bus's among them. */
  readonly pids: readonly number[];
  /** The same by the process's name: "ipam", "nats". */
  readonly pidByName: ReadonlyMap<string, number>;
  /** The event log's file. */
  readonly logFile: string;
  stop(): Promise<void>;
}

/** @param more flags for each service that reads the log: where to send traces, say.
 *  @param fill writes what the log is to hold from the start, into the event log's data folder. */
export async function startControlPlane(
  more: readonly string[] = [],
  fill: (folder: string) => Promise<unknown> = async () => undefined,
): Promise<ControlPlane> {
  const data = await mkdtemp(join(tmpdir(), "rhumbline-control-plane-"));
  await fill(join(data, "event-log"));
  const [nats, eventLog] = await Promise.all([
    NatsProcess.start(),
    startService("event-log", ["--data", join(data, "event-log")]),
  ]);
  const log = ["--log", `kurrentdb://${eventLog.address}?tls=false`, ...more];
  const ipam = await startService("ipam", log);
  const others = await Promise.all([
    startService("topology", [...log, "--ipam", ipam.address]),
    startService("router-scheduler", [...log, "--nats", nats.url]),
    startService("audit", [...log, "--nats", nats.url]),
  ]);
  const services = new Map([eventLog, ipam, ...others].map((service) => [service.name, service]));
  const pidByName = new Map([["nats", nats.pid], ...[...services].map(([name, { pid }]) => [name, pid] as const)]);
  return {
    services,
    nats: nats.url,
    pids: [...pidByName.values()],
    pidByName,
    logFile: join(data, "event-log", "events.log"),
    service(name) {
      const found = services.get(name);
      if (found === undefined) throw new Error(`no service is named ${name}`);
      return found;
    },
    async stop() {
      await killServices();
      await nats.dispose();
      await rm(data, { recursive: true });
    },
  };
}
