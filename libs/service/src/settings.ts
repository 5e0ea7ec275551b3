import type { AuthenticatorName } from "@rhumbline/grpc";
import { isLogLevel, type LogLevel } from "@rhumbline/telemetry";
import { type Command, InvalidArgumentError, Option } from "commander";

/** What every process that serves gRPC from the log is told at its start. */
export interface ListenerSettings {
  readonly listen: string;
  /** Connection string of the event log. */
  readonly log: string;
  readonly logLevel: LogLevel;
  readonly otlp: string | undefined;
  /** host:port; undefined: metrics are neither kept nor served. */
  readonly metrics: string | undefined;
  readonly auth: AuthenticatorName;
  readonly insecure: boolean;
}

/** What every event-sourced service is told at its start. */
export interface ServiceSettings extends ListenerSettings {
  /** Where the other replicas and services reach this one. */
  readonly advertise: string | undefined;
  /** Folder of snapshots; undefined: none are kept. */
  readonly data: string | undefined;
  /** Fold the log to this position, print the state as text, and end. */
  readonly foldTo: number | undefined;
}

/** Adds the flags that every process has that serves gRPC from the log. Each can be given as an environment variable too. */
export function withListenerFlags(command: Command, defaultListen: string): Command {
  return command
    .addOption(
      new Option("--listen <host:port>", "where gRPC is served")
        .env("RHUMBLINE_LISTEN")
        .default(defaultListen)
        .argParser(hostAndPort),
    )
    .addOption(
      new Option("--log <connection string>", "the event log, an address that KurrentDB's client takes")
        .env("RHUMBLINE_LOG")
        .default("kurrentdb://127.0.0.1:2113?tls=false")
        .argParser(connectionString),
    )
    .addOption(logLevelOption())
    .addOption(new Option("--otlp <url>", "send traces to this OTLP/HTTP collector").env("OTEL_EXPORTER_OTLP_ENDPOINT"))
    .addOption(metricsOption())
    .addOption(authOption())
    .addOption(new Option("--insecure", "listen beyond loopback without TLS").env("RHUMBLINE_INSECURE").default(false));
}

/** Adds the flags that every event-sourced service has beside those. */
export function withServiceFlags(command: Command, defaultListen: string): Command {
  return withListenerFlags(command, defaultListen)
    .addOption(
      new Option("--advertise <host:port>", "where other processes reach this one, if not at --listen")
        .env("RHUMBLINE_ADVERTISE")
        .argParser(hostAndPort),
    )
    .addOption(
      new Option("--data <folder>", "where snapshots are kept; without it every start reads the whole log").env(
        "RHUMBLINE_DATA",
      ),
    )
    .addOption(
      new Option("--fold-to <position>", "fold the log from zero to this position, print the state, and end").argParser(
        positionNumber,
      ),
    );
}

export const logLevelOption = (): Option =>
  new Option("--log-level <level>", "debug, info, warn or error")
    .env("RHUMBLINE_LOG_LEVEL")
    .default("info")
    .argParser(logLevel);

export const metricsOption = (): Option =>
  new Option("--metrics <host:port>", "serve Prometheus metrics there, at /metrics")
    .env("RHUMBLINE_METRICS")
    .argParser(hostAndPort);

export const authOption = (): Option =>
  new Option(
    "--auth <authenticator>",
    "who a caller is: none, everybody is an administrator; headers, as a trusted proxy says",
  )
    .env("RHUMBLINE_AUTH")
    .choices(["none", "headers"] satisfies AuthenticatorName[])
    .default("none");

/** "127.0.0.1:4101", "[::1]:4101". @throws {InvalidArgumentError} */
export function hostAndPort(text: string): string {
  const match = /^(\[[0-9a-fA-F:]+\]|[^\s:]+):(\d{1,5})$/.exec(text);
  if (match === null || Number(match[2]) > 65_535)
    throw new InvalidArgumentError("accepted is host:port, like 127.0.0.1:4101.");
  return text;
}

/** Only the scheme: the rest is the client's to read. @throws {InvalidArgumentError} */
function connectionString(text: string): string {
  if (!/^(kurrentdb|kurrent|kdb)(\+discover)?:\/\/\S+$/.test(text))
    throw new InvalidArgumentError("accepted is an address like kurrentdb://127.0.0.1:2113?tls=false.");
  return text;
}

function logLevel(text: string): LogLevel {
  if (!isLogLevel(text)) throw new InvalidArgumentError("accepted are debug, info, warn, error.");
  return text;
}

function positionNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("accepted is a log position, a whole number.");
  return Number(text);
}

const loopback = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\]):/;

/** Whoever reaches the port is an administrator, or says that he is: beyond loopback it takes a word from the operator.
 *  Metrics tell strangers how large an installation is and what ails it: the same word.
 *  @returns what to tell the operator; undefined when all is well. */
export function refuseToListen({
  listen,
  metrics,
  auth,
  insecure,
}: Pick<ListenerSettings, "listen" | "metrics" | "auth" | "insecure">): string | undefined {
  if (insecure) return undefined;
  const open = { none: "neither TLS nor authentication", headers: "no TLS, and whoever reaches it is believed" }[auth];
  return beyondLoopback("--listen", listen, open) ?? beyondLoopback("--metrics", metrics);
}

/** What is wrong with an address that others than this host reach; undefined when it is none. */
export function beyondLoopback(
  flag: string,
  address: string | undefined,
  open = "neither TLS nor authentication",
): string | undefined {
  if (address === undefined || loopback.test(address)) return undefined;
  return `${flag} ${address} is beyond loopback, and there is ${open}: listen on 127.0.0.1, or say --insecure`;
}
