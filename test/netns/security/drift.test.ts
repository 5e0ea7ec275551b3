import { type NodeChangesApplied, Trigger } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  desiredState,
  filteredBy,
  groupMember,
  instancePort,
  rule,
  sampleId,
  securityGroup,
  tenantNetwork,
} from "../../../services/node-agent/src/kernel/contract/sample-state.ts";
import { securityBackends } from "../../../services/node-agent/src/security/model.ts";
import { foldOf } from "../../../services/node-agent/src/status/agent-in-memory.ts";
import { type AgentLab, startAgentLab } from "../../support/agent-lab.ts";
import { eventually } from "../../support/eventually.ts";
import { requiresRoot } from "../../support/requires-root.ts";
import { addressesOf, everythingOut, v4 } from "./dual-stack.ts";

const bridge = "brqb0000001-00";
const tap = "tapc0000011-00";
const group = sampleId("a", 1);
const members = `members-${group}-4`;
const state = desiredState(
  tenantNetwork(1),
  instancePort(11, 1, { ...filteredBy(1), ...addressesOf(11) }),
  securityGroup(1, ...everythingOut, rule(3, { remoteGroupId: group })),
  groupMember(11, [1], v4(11)),
);
const nft = (...words: readonly string[]): readonly string[] => ["nft", words.join(" ")];
const iptables = (rule: string): readonly string[] => ["iptables", ...rule.split(" ")];

/** What somebody does, and a text that the report of its repair must contain. */
type Drifts = Readonly<Record<string, { readonly does: readonly string[]; readonly told: string }>>;

const onTheBridge: Drifts = {
  "all tables are flushed": { does: nft("flush ruleset"), told: `egress "${tap}"` },
  "a port is given another's address": {
    does: nft(`add element bridge rhumbline source4 { "${tap}" . fa:16:3e:00:01:11 . 10.0.1.1 }`),
    told: "10.0.1.1",
  },
  "a port is let out of its map": {
    does: nft(`delete element bridge rhumbline egress { "${tap}" }`),
    told: `egress "${tap}"`,
  },
  "a bridge is no longer tracked": {
    does: ["ip", "link", "set", bridge, "type", "bridge", "nf_call_iptables", "0"],
    told: "tracked",
  },
};

const inNftables: Drifts = {
  "one of the tables is deleted": { does: nft("delete table ip rhumbline"), told: "ip state" },
  "a chain is emptied": { does: nft(`flush chain bridge rhumbline ingress-${tap}`), told: `ingress-${tap}` },
  "a rule is added in our chain": {
    does: nft(`insert rule bridge rhumbline ingress-${group} accept`),
    told: `ingress-${group}`,
  },
  "a member is taken out of its set": {
    does: nft(`delete element bridge rhumbline ${members} { ${v4(11)} }`),
    told: `${members} ${v4(11)}`,
  },
  "a member is added to a set": {
    does: nft(`add element bridge rhumbline ${members} { 203.0.113.66 }`),
    told: `${members} 203.0.113.66`,
  },
};

const membersInIpset = "rhumbline-m4-a000000100004000";

const inIptables: Drifts = {
  "all rules are flushed": { does: iptables("-F"), told: `rhumbline-i-${tap}` },
  "what leads to ours is taken out": { does: iptables("-D FORWARD -j rhumbline-FORWARD"), told: "filter FORWARD" },
  "a rule is put before it": { does: iptables("-I FORWARD -m comment --comment first"), told: "filter FORWARD" },
  "a rule is added in our chain": {
    does: iptables("-I rhumbline-gia000000100004000 -j ACCEPT"),
    told: "rhumbline-gia000000100004000",
  },
  "a rule is added to those of the ports": {
    does: iptables("-A rhumbline-egress -j ACCEPT"),
    told: "- element iptables filter rhumbline-egress",
  },
  "one of them is there twice": {
    does: iptables(`-A rhumbline-ingress -m physdev --physdev-out ${tap} --physdev-is-bridged -j rhumbline-i-${tap}`),
    told: `rhumbline-ingress -m physdev --physdev-out ${tap}`,
  },
  "the zones are flushed": { does: iptables("-t raw -F rhumbline-PREROUTING"), told: "CT --zone" },
  "a member is taken out of its set": {
    does: ["ipset", "del", membersInIpset, v4(11)],
    told: `${membersInIpset} ${v4(11)}`,
  },
  "a member is added to a set": {
    does: ["ipset", "add", membersInIpset, "203.0.113.66"],
    told: `${membersInIpset} 203.0.113.66`,
  },
};

const drifts = { nftables: { ...onTheBridge, ...inNftables }, iptables: { ...onTheBridge, ...inIptables } } as const;

/** A bridge whose zone somebody took away gets one that surely has no connections: another. */
const inAnyZone = (line: string): string => line.replace(/\b4(09[7-9]|1[0-9]{2})\b/, "of its own");

describe.each(securityBackends)(
  "filtered by %s, an agent whose packet filter somebody else changes",
  requiresRoot,
  (backend) => {
    let agentLab: AgentLab;
    let undisturbed: string[];
    const repairedAfterMs: [string, number][] = [];

    beforeAll(async () => {
      agentLab = await startAgentLab();
      await agentLab.plugInstance(11, 1);
      // So rarely that nothing below is found by it.
      await agentLab.startAgent(["--resync-seconds", "3600", "--security-backend", backend]);
      await agentLab.realise(10, state);
      undisturbed = await standing();
      await eventually(() => expect(reported()).toEqual(undisturbed));
    });
    afterAll(async () => {
      process.stdout.write(`ms from the change to the report of its repair: ${JSON.stringify(repairedAfterMs)}\n`);
      await agentLab.down();
    });

    const standing = async (): Promise<string[]> => (await agentLab.standing()).map(inAnyZone);
    const reported = (): string[] => foldOf(agentLab.reports()).map(inAnyZone);

    for (const [what, { does, told }] of Object.entries(drifts[backend])) {
      test(`${what}: it is put right, and told`, async () => {
        const before = agentLab.changes().length;
        await agentLab.node.output(does);
        const changedMs = Date.now();
        await eventually(() => expect(textOf(agentLab.changes().slice(before))).toContain(told));
        repairedAfterMs.push([what, Date.now() - changedMs]);
        await eventually(async () => expect(await standing()).toEqual(undisturbed));
        await eventually(() => expect(reported()).toEqual(undisturbed));
        const triggers = agentLab.changes().slice(before);
        expect(new Set(triggers.map(({ trigger }) => trigger))).toEqual(new Set([Trigger.DRIFT]));
      });
    }

    test("another table or set, whoever made it, is left alone", async () => {
      await agentLab.node.output(nft("add table bridge operator; add chain bridge operator kept"));
      await agentLab.node.output(["ipset", "create", "operator", "hash:net"]);
      await agentLab.node.output(nft("flush chain bridge rhumbline source"));
      await eventually(async () => expect(await standing()).toEqual(undisturbed));
      expect(await agentLab.node.output(["nft", "list", "tables"])).toContain("bridge operator");
      expect(await agentLab.node.output(["ipset", "list", "-name"])).toContain("operator");
    });
  },
);

function textOf(reports: readonly NodeChangesApplied[]): string {
  return reports
    .flatMap(({ operations }) => operations)
    .flatMap(({ text, changes }) => [text, ...changes.map(({ key, value }) => `${key} ${value}`)])
    .join("\n");
}
