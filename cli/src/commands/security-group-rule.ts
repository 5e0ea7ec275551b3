import { Direction, SecurityGroupRule } from "@rhumbline/proto/rhumbline/topology/v1/security_group";
import { type Command, InvalidArgumentError, Option } from "commander";
import { nameOrIdHelp } from "../resource/commands.ts";
import { descriptionFlag, given } from "../resource/flags.ts";
import { type AsOfOptions, asOfFlag } from "../resource/moment.ts";
import { change, finishChange, type MutationOptions, withMutationFlags } from "../resource/mutation.ts";
import { resolveId } from "../resource/name-or-id.ts";
import { printData, printTable, wantsData } from "../resource/show.ts";
import type { Run } from "../run.ts";
import type { Session } from "../session/session.ts";
import { addressGroupResource } from "./address-group.ts";
import { resolveSecurityGroup, ruleText, securityGroupResource } from "./security-group-resource.ts";

interface RuleOptions extends MutationOptions {
  readonly direction: "ingress" | "egress";
  readonly ethertype?: string;
  readonly protocol?: string;
  readonly port?: readonly [number, number];
  readonly icmpType?: number;
  readonly icmpCode?: number;
  readonly remoteIp?: string;
  readonly remoteGroup?: string;
  readonly remoteAddressGroup?: string;
  readonly description?: string;
}

/** `rhumb security-group rule create|list|delete`. */
export function addSecurityGroupRuleCommands(group: Command, run: Run): void {
  const rules = group.command("rule").description("what a group lets through");
  const create = rules
    .command("create")
    .description("let something in, or out")
    .argument("<security-group>", nameOrIdHelp(securityGroupResource))
    .addOption(
      new Option("--direction <direction>", "into the port, or out of it")
        .choices(["ingress", "egress"])
        .default("ingress"),
    )
    .addOption(
      new Option("--ethertype <version>", "ipv4 when absent, or as --remote-ip says").choices(["ipv4", "ipv6"]),
    )
    .option("--protocol <protocol>", "a name or a number: tcp, udp, icmp, 47; any when absent")
    .option("--port <range>", "of the destination: 443, 8000-8099", portRange)
    .option("--icmp-type <number>", "like 8, echo request", byte)
    .option("--icmp-code <number>", "of the type", byte)
    .option("--remote-ip <cidr>", "only from, or to, these addresses")
    .option("--remote-group <security-group>", "only from, or to, ports of this group; `self` is the rule's own")
    .option("--remote-address-group <address-group>", "only from, or to, the addresses of this group")
    .option(...descriptionFlag);
  withMutationFlags(create, securityGroupResource).action(
    run(async (session, nameOrId: string, options: RuleOptions) => {
      const securityGroupId = await resolveSecurityGroup(session, nameOrId);
      const rule = await ruleOf(session, options);
      const answer = await change(options, (fields) =>
        session.securityGroups.createSecurityGroupRule({ securityGroupId, rule, ...fields }),
      );
      const found = { item: answer.securityGroup, position: answer.position };
      const made = answer.rule && SecurityGroupRule.toJSON(answer.rule);
      await finishChange(session, securityGroupResource, found, options, { rule: made });
    }),
  );
  rules
    .command("list")
    .description("show what a group lets through")
    .argument("<security-group>", nameOrIdHelp(securityGroupResource))
    .option(...asOfFlag)
    .action(run(listRules));
  const remove = rules
    .command("delete")
    .description("take back one rule or several, one after the other")
    .argument("<rule-id...>");
  withMutationFlags(remove, securityGroupResource).action(
    run(async (session, ids: readonly string[], options: MutationOptions) => {
      for (const id of ids) {
        const answer = await change(options, (fields) =>
          session.securityGroups.deleteSecurityGroupRule({ id, ...fields }),
        );
        const found = { item: answer.securityGroup, position: answer.position };
        await finishChange(session, securityGroupResource, found, options);
      }
    }),
  );
}

async function listRules(session: Session, nameOrId: string, { asOf }: AsOfOptions): Promise<void> {
  const id = await resolveId(session, securityGroupResource, nameOrId, asOf);
  const at = { minPosition: session.services.position(), asOf };
  const { item, position } = await securityGroupResource.get(session, id, at);
  const rules = item?.rules ?? [];
  if (wantsData(session)) return printData(session, { rules: rules.map(SecurityGroupRule.toJSON), position });
  const columns = [
    { heading: "ID", text: (rule: SecurityGroupRule) => rule.id },
    { heading: "RULE", text: ruleText },
    { heading: "DESCRIPTION", text: (rule: SecurityGroupRule) => rule.description },
  ];
  return printTable(session, rules, columns);
}

async function ruleOf(session: Session, options: RuleOptions): Promise<SecurityGroupRule> {
  const { remoteGroup, remoteAddressGroup, port: [portRangeMin, portRangeMax] = [] } = options;
  return SecurityGroupRule.fromPartial(
    given({
      direction: options.direction === "ingress" ? Direction.INGRESS : Direction.EGRESS,
      etherType: options.ethertype,
      protocol: options.protocol,
      portRangeMin,
      portRangeMax,
      icmpType: options.icmpType,
      icmpCode: options.icmpCode,
      remoteIpPrefix: options.remoteIp,
      remoteGroupId:
        remoteGroup === undefined || remoteGroup === "self"
          ? remoteGroup
          : await resolveSecurityGroup(session, remoteGroup),
      remoteAddressGroupId:
        remoteAddressGroup === undefined
          ? undefined
          : await resolveId(session, addressGroupResource, remoteAddressGroup),
      description: options.description,
    }),
  );
}

function portRange(text: string): readonly [number, number] {
  const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  if (first === undefined)
    throw new InvalidArgumentError("accepted is a port or two with a dash between: 443, 8000-8099.");
  return [Number(first), Number(last)];
}

function byte(text: string): number {
  if (!/^\d{1,3}$/.test(text) || Number(text) > 255) throw new InvalidArgumentError("accepted is 0 to 255.");
  return Number(text);
}
