import { isIP } from "node:net";
import { ExplainPortResponse, Traffic } from "@rhumbline/proto/rhumbline/scheduler/v1/port_explanation_service";
import { Direction } from "@rhumbline/proto/rhumbline/topology/v1/security_group";
import { type Command, InvalidArgumentError, Option } from "commander";
import { portResource } from "../commands/port.ts";
import { UsageError } from "../errors/usage-error.ts";
import { given } from "../resource/flags.ts";
import { resolveId } from "../resource/name-or-id.ts";
import { printData, printTable, wantsData } from "../resource/show.ts";
import type { Run } from "../run.ts";
import type { Session } from "../session/session.ts";
import { namesIn } from "./names-in.ts";
import {
  forwarderColumns,
  isToldByDhcp,
  leaseColumns,
  missingCommand,
  placeLines,
  ruleColumns,
  verdictLine,
} from "./port-text.ts";

interface ExplainPortOptions {
  readonly from?: string;
  readonly to?: string;
  readonly protocol?: string;
  readonly port?: number;
  readonly icmpType?: number;
  readonly ethertype?: "ipv4" | "ipv6";
}

/** `rhumb explain port web1`: where it is, what DHCP tells it, and which rule lets a packet through. */
export function addExplainPortCommand(group: Command, run: Run): void {
  group
    .command("port")
    .description("where a port is, what it is told, and which rule lets a packet through or would")
    .argument("<port>", "its name or its id")
    .option("--from <address|port|external>", "judge a packet into the port; external: from anybody outside")
    .option("--to <address|port|external>", "judge a packet out of the port")
    .option("--protocol <protocol>", "of the packet, a name or a number; a ping's when absent")
    .option("--port <number>", "of the packet's destination", portNumber)
    .option("--icmp-type <number>", "echo request when absent", portNumber)
    .addOption(new Option("--ethertype <version>", "of a packet from or to outside").choices(["ipv4", "ipv6"]))
    .action(
      run(async (session, nameOrId: string, options: ExplainPortOptions) => {
        const traffic = await trafficOf(session, options);
        const portId = await resolveId(session, portResource, nameOrId);
        const answer = await session.portExplanations.explainPort({
          portId,
          traffic,
          askNode: true,
          minPosition: session.services.position(),
        });
        if (wantsData(session)) return printData(session, ExplainPortResponse.toJSON(answer));
        await show(session, portId, answer, options);
      }),
    );
}

async function show(session: Session, portId: string, answer: ExplainPortResponse, asked: ExplainPortOptions) {
  const { terminal } = session;
  const { name, named, rules } = await namesIn(session, portId, answer);
  for (const line of placeLines(name(portId), answer, named)) await terminal.print(line);
  if (session.settings.output === "name") return;
  if (answer.forwarders.length > 0) await section(answer.forwarders, forwarderColumns(answer));
  if (answer.leases.length > 0) await section(answer.leases, leaseColumns(name, answer.given));
  if (isToldByDhcp(answer) && answer.given?.objection)
    await terminal.print(`not served now: ${answer.given.objection}`);
  if (answer.verdict === undefined) return;
  await terminal.print("");
  await terminal.print(verdictLine(answer.verdict, asked));
  await terminal.print(`way: ${named(answer.verdict.way)}`);
  for (const verdict of answer.verdict.ports) {
    const direction = verdict.direction === Direction.INGRESS ? "in" : "out";
    await terminal.print("");
    await terminal.print(`${direction} at ${name(verdict.portId)}: ${named(verdict.reason)}`);
    if (verdict.rules.length > 0) await printTable(session, verdict.rules, ruleColumns(name, named, rules));
    const command = missingCommand(verdict, name);
    if (command !== undefined) await terminal.print(`add: ${command}`);
  }

  async function section<T>(items: readonly T[], columns: Parameters<typeof printTable<T>>[2]): Promise<void> {
    await terminal.print("");
    await printTable(session, items, columns);
  }
}

/** Undefined: no packet is asked about.
 *  @throws {UsageError} */
async function trafficOf(session: Session, options: ExplainPortOptions): Promise<Traffic | undefined> {
  const { from, to, port, icmpType, ethertype } = options;
  const other = from ?? to;
  if (from !== undefined && to !== undefined)
    throw new UsageError("--from and --to are two packets: ask about one of them");
  if (other === undefined) {
    if (options.protocol !== undefined || port !== undefined || icmpType !== undefined || ethertype !== undefined)
      throw new UsageError("a packet comes --from or goes --to somebody: an address, a port, or external");
    return undefined;
  }
  const ipv6 = other.includes(":") || ethertype === "ipv6";
  return Traffic.fromPartial({
    direction: from === undefined ? Direction.EGRESS : Direction.INGRESS,
    otherEnd: await otherEnd(session, other, ipv6),
    protocol: options.protocol ?? (ipv6 ? "ipv6-icmp" : "icmp"),
    ...given({ destinationPort: port, icmpType }),
  });
}

async function otherEnd(session: Session, text: string, ipv6: boolean): Promise<NonNullable<Traffic["otherEnd"]>> {
  if (text === "external") return { $case: "outside", value: { ipv6 } };
  if (isIP(text) !== 0) return { $case: "remoteAddress", value: text };
  return { $case: "remotePortId", value: await resolveId(session, portResource, text) };
}

function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError("accepted is one number: 443.");
  return Number(text);
}
