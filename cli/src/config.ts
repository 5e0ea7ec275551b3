import { homedir } from "node:os";
import { join } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";

/** The processes that rhumb talks to, and where each serves when nobody says otherwise. */
const defaultAddresses = {
  ipam: "127.0.0.1:4101",
  topology: "127.0.0.1:4102",
  scheduler: "127.0.0.1:4103",
  audit: "127.0.0.1:4104",
  eventLog: "127.0.0.1:2113",
} as const;

export type ServiceName = keyof typeof defaultAddresses;
export const serviceNames = Object.keys(defaultAddresses) as ServiceName[];

/** How a result is printed: for people, as protobuf JSON or the same as YAML, or as names for other programs to read. */
const outputFormats = ["table", "wide", "json", "yaml", "name"] as const;
type OutputFormat = (typeof outputFormats)[number];

/** Who calls, as headers tell it. Nothing: the services ask nobody. */
export interface Identity {
  readonly asUser?: string | undefined;
  readonly asProject?: string | undefined;
  /** Separated by commas. */
  readonly asRoles?: string | undefined;
}

/** What every command can be told. */
export interface Settings extends Readonly<Record<ServiceName, string>>, Identity {
  readonly output: OutputFormat;
  readonly color: boolean;
  /** The contexts file, and which of them is meant. */
  readonly contexts: string;
  readonly context: string | undefined;
  /** OTLP/HTTP collector. */
  readonly otlp: string | undefined;
}

/** How a service is called on the command line and in the environment. */
const services: readonly { name: ServiceName; flag: string; variable: string; what: string }[] = [
  { name: "ipam", flag: "--ipam", variable: "RHUMB_IPAM", what: "the ipam service" },
  { name: "topology", flag: "--topology", variable: "RHUMB_TOPOLOGY", what: "the topology service" },
  { name: "scheduler", flag: "--scheduler", variable: "RHUMB_SCHEDULER", what: "the router-scheduler service" },
  { name: "audit", flag: "--audit", variable: "RHUMB_AUDIT", what: "the audit service" },
  { name: "eventLog", flag: "--event-log", variable: "RHUMB_EVENT_LOG", what: "the embedded event log" },
];

/** The flag and the variable that say where a service is. */
export function whereToSay(name: ServiceName): string {
  const service = services.find((candidate) => candidate.name === name);
  return `${service?.flag} HOST:PORT or ${service?.variable}`;
}

/** How one says who calls: on the command line, in the environment, and in a context. */
export const identityOptions = [
  { name: "asUser", flag: "--as-user", argument: "<user>", variable: "RHUMB_USER", key: "user" },
  { name: "asProject", flag: "--as-project", argument: "<project>", variable: "RHUMB_PROJECT", key: "project" },
  { name: "asRoles", flag: "--as-roles", argument: "<roles>", variable: "RHUMB_ROLES", key: "roles" },
] as const satisfies readonly { name: keyof Identity; flag: string; argument: string; variable: string; key: string }[];

/** Adds the flags that every command has. Each can be given as an environment variable too. */
export function withGlobalFlags(command: Command): Command {
  command.addOption(
    new Option(
      "-o, --output <format>",
      "what is printed: a table, a wide one, the answer's protobuf JSON or YAML, names",
    )
      .env("RHUMB_OUTPUT")
      .choices(outputFormats)
      .default("table"),
  );
  for (const { name, flag, variable, what } of services) {
    const option = new Option(`${flag} <host:port>`, `where ${what} serves gRPC`);
    command.addOption(option.env(variable).default(defaultAddresses[name]).argParser(hostAndPort));
  }
  for (const { flag, argument, variable, key } of identityOptions) {
    const what = `whose ${key} the call is made with, where services believe what headers say (--auth headers)`;
    command.addOption(new Option(`${flag} ${argument}`, what).env(variable).argParser(headerText));
  }
  return command
    .addOption(new Option("--context <name>", "the installation of this name (rhumb context)").env("RHUMB_CONTEXT"))
    .addOption(
      new Option("--contexts <file>", "where contexts are kept")
        .env("RHUMB_CONTEXTS")
        .default(join(process.env["XDG_CONFIG_HOME"] || join(homedir(), ".config"), "rhumb/contexts.yaml")),
    )
    .addOption(new Option("--no-color", "never print colours; they are for terminals only in any case").env("NO_COLOR"))
    .addOption(
      new Option("--otlp <url>", "send a trace of the command to this OTLP/HTTP collector").env(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
      ),
    );
}

/** Parser of what a header can say. */
function headerText(text: string): string {
  if (!/^[!-~ ]{1,255}$/.test(text))
    throw new InvalidArgumentError("accepted are printable ASCII characters, 255 at most.");
  return text;
}

/** Parser of where something serves. */
export function hostAndPort(text: string): string {
  const match = /^(\[[0-9a-fA-F:]+\]|[^\s:]+):(\d{1,5})$/.exec(text);
  if (match === null || Number(match[2]) > 65_535)
    throw new InvalidArgumentError("accepted is host:port, like 127.0.0.1:4102.");
  return text;
}
