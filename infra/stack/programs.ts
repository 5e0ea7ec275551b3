import { fileURLToPath } from "node:url";
import { externalNetwork, type HostPlan, patience, underlay } from "@rhumbline/infra/lab";

/** One process of an installation: where it runs and how it is started. */
export interface Program {
  readonly name: string;
  readonly host: string;
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const repository = fileURLToPath(new URL("../..", import.meta.url));
const ports = {
  nats: 4222,
  eventLog: 2113,
  ipam: 4101,
  topology: 4102,
  scheduler: 4103,
  audit: 4104,
  agent: 4105,
} as const;

/** Where each process serves its metrics, beside its own port. */
const metricsPorts: Readonly<Record<string, number>> = {
  ipam: 9101,
  topology: 9102,
  "router-scheduler": 9103,
  audit: 9104,
  "node-agent": 9105,
  "event-log": 9106,
};

const local = (port: number): string => `127.0.0.1:${port}`;
/** Megabytes of each half of a young generation: what a fold or a look at the kernel leaves behind is soon garbage, and more room
 *  for it would only be kept. Topology has many calls under way: in so little room what they hold is copied again and again
 *  before they are answered, for a quarter of its time. */
const youngMb = (service: string): number => (service === "topology" ? 16 : 4);
/** How Node runs a service. As infra/systemd has it. */
export const engine = (service: string): readonly string[] => [`--max-semi-space-size=${youngMb(service)}`];
/** Bytes that a service read and is done with are given back. As infra/systemd/start-notifying.sh has it. */
export const leanMalloc = { MALLOC_TRIM_THRESHOLD_: "131072" };
const bundle = (service: string): string[] => [
  "node",
  "--enable-source-maps",
  ...engine(service),
  `${repository}services/${service}/dist/main.js`,
  "--metrics",
  local(metricsPorts[service] ?? 0),
];
const dataOf = (name: string): string => `/var/lib/rhumbline/${name}`;

/** A host that is slow is not dead. */
const liveness =
  patience === 1 ? [] : ["--node-timeout-seconds", `${5 * patience}`, "--failover-delay-ms", `${1_000 * patience}`];

/** The control plane on one host: agents reach its NATS over the underlay, everything else is on its loopback. */
export function controlPlane(control: HostPlan, options: { otlp?: string } = {}): Program[] {
  const log = ["--log", `kurrentdb://${local(ports.eventLog)}?tls=false`];
  const nats = ["--nats", `nats://${local(ports.nats)}`];
  const env = {
    ...leanMalloc,
    ...(options.otlp !== undefined && { OTEL_EXPORTER_OTLP_ENDPOINT: options.otlp }),
  };
  const on = (name: string, argv: readonly string[]): Program => ({ name, host: control.name, argv, env });
  const service = (name: string, port: number, ...more: readonly string[]): Program =>
    on(name, [...bundle(name), "--listen", local(port), ...more]);
  return [
    on("nats", [
      "nats-server",
      "--addr",
      "0.0.0.0",
      "--port",
      `${ports.nats}`,
      "--jetstream",
      "--store_dir",
      dataOf("nats"),
    ]),
    service("event-log", ports.eventLog, "--data", dataOf("event-log")),
    service("ipam", ports.ipam, ...log, "--data", dataOf("ipam")),
    service(
      "topology",
      ports.topology,
      ...log,
      "--data",
      dataOf("topology"),
      "--ipam",
      local(ports.ipam),
      "--underlay-mtu",
      `${underlay.mtu}`,
    ),
    service("router-scheduler", ports.scheduler, ...log, ...nats, ...liveness, "--data", dataOf("router-scheduler")),
    service("audit", ports.audit, ...log, ...nats),
  ];
}

/** A node agent, which reaches the control plane's NATS over the underlay. */
export function nodeAgent(
  node: HostPlan,
  control: HostPlan,
  options: { otlp?: string; env?: Readonly<Record<string, string>> } = {},
): Program {
  const argv = [
    ...bundle("node-agent"),
    ...["--name", node.name, "--nats", `nats://${control.address}:${ports.nats}`, "--data", dataOf("agent")],
    ...["--listen", local(ports.agent), "--tunnel-ip", node.address],
    ...(node.external ? ["--bridge-mapping", `${externalNetwork.physicalNetwork}:${externalNetwork.bridge}`] : []),
    ...(node.role ? ["--label", `role=${node.role}`] : []),
  ];
  const env = { ...options.env, ...(options.otlp !== undefined && { OTEL_EXPORTER_OTLP_ENDPOINT: options.otlp }) };
  return { name: `agent-${node.name}`, host: node.name, argv, env };
}
