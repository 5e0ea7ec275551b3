import { beyondLoopback, metricsOption } from "@rhumbline/service/settings";
import { isLogLevel, type LogLevel } from "@rhumbline/telemetry";
import { Command, InvalidArgumentError, Option } from "commander";

export interface Config {
  readonly listen: { readonly host: string; readonly port: number };
  /** The folder that holds the log. */
  readonly data: string;
  readonly logLevel: LogLevel;
  /** host:port; undefined: metrics are neither kept nor served. */
  readonly metrics: string | undefined;
}

/** From flags, then the environment. Prints what would be accepted and ends the process where something is not.
 *  @param args without node and the script */
export function readConfig(args: readonly string[]): Config {
  const command = new Command("event-log")
    .description("The event log of one machine: speaks KurrentDB's public gRPC protocol, writes to one folder.")
    .addOption(
      new Option("--listen <host:port>", "where to serve; port 0 takes a free one")
        .env("RHUMBLINE_LISTEN")
        .default({ host: "127.0.0.1", port: 2113 }, "127.0.0.1:2113")
        .argParser(parseListen),
    )
    .addOption(
      new Option("--data <folder>", "where the log is kept; made where missing")
        .env("RHUMBLINE_DATA")
        .makeOptionMandatory(),
    )
    .addOption(
      new Option("--log-level <level>", "debug, info, warn or error")
        .env("RHUMBLINE_LOG_LEVEL")
        .default("info")
        .argParser(parseLogLevel),
    )
    .addOption(metricsOption())
    .option("--insecure", "allow --listen beyond loopback: anyone who reaches it can read and write everything", false)
    .parse(args, { from: "user" });
  const { insecure, ...config } = command.opts<Config & { insecure: boolean }>();
  if (!insecure && !isLoopback(config.listen.host)) {
    command.error(`error: ${config.listen.host} is not a loopback address; pass --insecure to serve there without TLS`);
  }
  const objection = insecure ? undefined : beyondLoopback("--metrics", config.metrics);
  if (objection !== undefined) command.error(`error: ${objection}`);
  return config;
}

function parseListen(text: string): Config["listen"] {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+)):(\d{1,5})$/i.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port > 65_535) {
    throw new InvalidArgumentError("expected HOST:PORT, for example 127.0.0.1:2113 or [::1]:2113");
  }
  return { host, port };
}

function parseLogLevel(text: string): LogLevel {
  if (!isLogLevel(text)) throw new InvalidArgumentError("expected debug, info, warn or error");
  return text;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}
