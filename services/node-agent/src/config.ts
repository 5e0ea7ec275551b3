import { hostname } from "node:os";
import type { AuthenticatorName } from "@rhumbline/grpc";
import { formatIpAddress, parseIpAddress } from "@rhumbline/net";
import { authOption, hostAndPort, logLevelOption, metricsOption } from "@rhumbline/service/settings";
import type { LogLevel } from "@rhumbline/telemetry";
import { Command, InvalidArgumentError, Option } from "commander";
import { type RulesBackend, rulesBackends } from "./desired/host-facts.ts";
import { type SecurityBackend, securityBackends } from "./security/model.ts";

export interface AgentSettings {
  readonly nats: readonly string[];
  readonly name: string;
  readonly data: string;
  /** Physical network -> "br-ex" or "dev:eth1". */
  readonly bridgeMapping: ReadonlyMap<string, string>;
  readonly tunnelIp: string;
  /** Empty: in none. */
  readonly availabilityZone: string;
  readonly label: ReadonlyMap<string, string>;
  /** 0: as many routers as come. */
  readonly maxRouters: number;
  /** Undefined: that of the device that has the tunnel IP. */
  readonly underlayMtu: number | undefined;
  readonly listen: string;
  readonly auth: AuthenticatorName;
  readonly insecure: boolean;
  readonly backend: RulesBackend;
  readonly securityBackend: SecurityBackend;
  readonly driver: "auto" | "native" | "process";
  readonly resyncSeconds: number;
  readonly dhcpLeaseSeconds: number;
  readonly dnsDomain: string;
  readonly logLevel: LogLevel;
  readonly otlp: string | undefined;
  readonly metrics: string | undefined;
}

/** Reads flags and environment; prints help or what is wrong and ends the process where it can't go on. */
export function parseConfig(argv: readonly string[]): AgentSettings {
  const command = new Command("node-agent")
    .description("Rhumbline's agent on a network or compute node: makes the kernel what the desired state says.")
    .addOption(
      new Option("--nats <urls>", "NATS servers, separated by commas")
        .env("RHUMBLINE_NATS")
        .default(["nats://127.0.0.1:4222"])
        .argParser((text) => text.split(",")),
    )
    .addOption(
      new Option("--name <name>", "the node's name").env("RHUMBLINE_NODE_NAME").default(hostname()).argParser(nodeName),
    )
    .addOption(
      new Option("--data <folder>", "where the node's id, its last desired state and its unsent reports are kept")
        .env("RHUMBLINE_DATA")
        .default("/var/lib/rhumbline/agent"),
    )
    .addOption(
      new Option(
        "--bridge-mapping <network:bridge>",
        "carries a physical network: physnet1:br-ex, physnet1:dev:eth1; repeatable",
      )
        .env("RHUMBLINE_BRIDGE_MAPPINGS")
        .default(new Map(), "none")
        .argParser(bridgeMappings),
    )
    .addOption(
      new Option("--tunnel-ip <address>", "this node's end of overlay tunnels; without it it takes no part in overlays")
        .env("RHUMBLINE_TUNNEL_IP")
        .default("", "none")
        .argParser(ipAddress),
    )
    .addOption(
      new Option("--availability-zone <zone>", "where the node stands; routers can ask for zones")
        .env("RHUMBLINE_AVAILABILITY_ZONE")
        .default("", "none"),
    )
    .addOption(
      new Option("--label <key=value>", "what routers may select the node by; repeatable")
        .env("RHUMBLINE_LABELS")
        .default(new Map(), "none")
        .argParser(labels),
    )
    .addOption(
      new Option("--max-routers <count>", "how many routers the node takes at most")
        .env("RHUMBLINE_MAX_ROUTERS")
        .default(0, "no limit")
        .argParser(wholeNumber),
    )
    .addOption(
      new Option(
        "--underlay-mtu <bytes>",
        "MTU of the network between the nodes; that of the tunnel IP's device if absent",
      )
        .env("RHUMBLINE_UNDERLAY_MTU")
        .argParser(wholeNumber),
    )
    .addOption(
      new Option("--backend <backend>", "what writes the rules of routers; the other's are replaced without a gap")
        .env("RHUMBLINE_BACKEND")
        .choices(rulesBackends)
        .default("nftables"),
    )
    .addOption(
      new Option(
        "--security-backend <backend>",
        "what filters the ports of instances: nftables, or iptables' physdev rules and ipset",
      )
        .env("RHUMBLINE_SECURITY_BACKEND")
        .choices(securityBackends)
        .default("nftables"),
    )
    .addOption(
      new Option(
        "--driver <driver>",
        "what programs the kernel: netlink from within this process, or iproute2's programs; auto: the first where it can",
      )
        .env("RHUMBLINE_DRIVER")
        .choices(["auto", "native", "process"])
        .default("auto"),
    )
    .addOption(
      new Option(
        "--resync-seconds <seconds>",
        "how often the whole kernel is compared with the desired state, changes heard of or not",
      )
        .env("RHUMBLINE_RESYNC_SECONDS")
        .default(300)
        .argParser(seconds),
    )
    .addOption(
      new Option("--dhcp-lease-seconds <seconds>", "how long an instance may use an address before it asks again")
        .env("RHUMBLINE_DHCP_LEASE_SECONDS")
        .default(86_400)
        .argParser(leaseSeconds),
    )
    .addOption(
      new Option("--dns-domain <domain>", "which DNS domain instances are told that they are in")
        .env("RHUMBLINE_DNS_DOMAIN")
        .default("", "none")
        .argParser(domain),
    )
    .addOption(
      new Option("--listen <host:port>", "where gRPC for diagnosis is served")
        .env("RHUMBLINE_LISTEN")
        .default("127.0.0.1:4105")
        .argParser(hostAndPort),
    )
    .addOption(authOption())
    .addOption(new Option("--insecure", "listen beyond loopback without TLS").env("RHUMBLINE_INSECURE").default(false))
    .addOption(logLevelOption())
    .addOption(metricsOption())
    .addOption(
      new Option("--otlp <url>", "send traces to this OTLP/HTTP collector").env("OTEL_EXPORTER_OTLP_ENDPOINT"),
    );
  return command.parse(argv).opts<AgentSettings>();
}

/** One mapping a flag; in the environment variable several, separated by commas. */
function bridgeMappings(text: string, given: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const mappings = new Map(given);
  for (const part of text.split(",")) {
    const [, network, carrier] = /^([^:\s]+):((?:dev:)?[^:\s/]{1,15})$/.exec(part) ?? [];
    if (network === undefined || carrier === undefined)
      throw new InvalidArgumentError("accepted is network:bridge or network:dev:device, like physnet1:br-ex.");
    if (mappings.has(network)) throw new InvalidArgumentError(`${network} is mapped twice.`);
    mappings.set(network, carrier);
  }
  return mappings;
}

/** One label a flag; in the environment variable several, separated by commas. */
function labels(text: string, given: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const parsed = text.split(",").map((part) => /^([^=\s]{1,63})=(\S{0,63})$/.exec(part) ?? []);
  for (const [, key, value] of parsed) {
    if (key === undefined || value === undefined)
      throw new InvalidArgumentError("accepted is key=value, each of 63 characters at most, like rack=r12.");
  }
  return new Map([...given, ...parsed.map(([, key = "", value = ""]) => [key, value] as const)]);
}

function nodeName(text: string): string {
  if (!/^\S{1,255}$/.test(text))
    throw new InvalidArgumentError("accepted is a name of 1 to 255 characters without blanks.");
  return text;
}

function ipAddress(text: string): string {
  try {
    return formatIpAddress(parseIpAddress(text));
  } catch {
    throw new InvalidArgumentError("accepted is an IP address, like 198.18.0.11.");
  }
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError("accepted is a whole number, 1 or more.");
  return Number(text);
}

function seconds(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError("accepted is a whole number of seconds, 1 or more.");
  return Number(text);
}

/** dnsmasq makes two minutes of whatever is shorter. */
function leaseSeconds(text: string): number {
  const value = /^\d{3,8}$/.test(text) ? Number(text) : 0;
  if (value < 120) throw new InvalidArgumentError("accepted is a whole number of seconds, 120 or more.");
  return value;
}

/** RFC 1035, section 2.3.1. */
function domain(text: string): string {
  const isName =
    text.length <= 253 && text.split(".").every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label));
  if (!isName) throw new InvalidArgumentError("accepted is a domain name in lower case, like cloud.example.org.");
  return text;
}
