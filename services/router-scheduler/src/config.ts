import { type ServiceSettings, withServiceFlags } from "@rhumbline/service";
import { Command, InvalidArgumentError, Option } from "commander";

export interface SchedulerSettings extends ServiceSettings {
  /** NATS servers. */
  readonly nats: readonly string[];
  /** How long a node may be silent before it counts as unreachable. */
  readonly nodeTimeoutSeconds: number;
  /** How long a node may be silent in every way before its routers go elsewhere; 0: they never do. */
  readonly failoverDelayMs: number;
}

/** Reads flags and environment; prints help or what is wrong and ends the process where it can't go on. */
export function parseConfig(argv: readonly string[]): SchedulerSettings {
  const command = new Command("router-scheduler")
    .description("Rhumbline's scheduler: nodes, where routers run, and what each node is to realise.")
    .addOption(
      new Option("--nats <urls>", "NATS servers, separated by commas")
        .env("RHUMBLINE_NATS")
        .default(["nats://127.0.0.1:4222"], "nats://127.0.0.1:4222")
        .argParser(urls),
    )
    .addOption(
      new Option("--node-timeout-seconds <seconds>", "how long a node may be silent before it counts as unreachable")
        .env("RHUMBLINE_NODE_TIMEOUT_SECONDS")
        .default(5)
        .argParser(seconds),
    );
  command.addOption(
    new Option(
      "--failover-delay-ms <milliseconds>",
      "how long a node may neither be heard nor answer its peers before its routers go elsewhere; 0: they stay",
    )
      .env("RHUMBLINE_FAILOVER_DELAY_MS")
      .default(1000)
      .argParser(failoverDelay),
  );
  return withServiceFlags(command, "127.0.0.1:4103").parse(argv).opts<SchedulerSettings>();
}

function urls(text: string): string[] {
  const servers = text.split(",").map((server) => server.trim());
  if (servers.some((server) => !/^(nats|tls):\/\/([^\s@/]+@)?([^\s:/@]+|\[[0-9a-fA-F:]+\]):\d{1,5}$/.test(server)))
    throw new InvalidArgumentError("accepted are addresses like nats://127.0.0.1:4222, separated by commas.");
  return servers;
}

const shortestDelayMs = 500;

function failoverDelay(text: string): number {
  const value = Number(text);
  if (!/^\d{1,6}$/.test(text) || (value !== 0 && value < shortestDelayMs))
    throw new InvalidArgumentError(`accepted is a whole number of ms, ${shortestDelayMs} or more, or 0 for never.`);
  return value;
}

function seconds(text: string): number {
  const value = Number(text);
  if (text === "" || !Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError("accepted is a number of seconds above 0.");
  return value;
}
