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

/** What somebody does, and a text that the report of its repair must contain. */
const drifts: Record<string, { readonly does: readonly string[]; readonly told: string }> = {
  "all tables are flushed": { does: nft("flush ruleset"), told: `bridge egress-${tap}` },
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

describe("an agent whose packet filter somebody else changes", requiresRoot, () => {
  let agentLab: AgentLab;
  let undisturbed: string[];
  const repairedAfterMs: [string, number][] = [];

  beforeAll(async () => {
    agentLab = await startAgentLab();
    await agentLab.plugInstance(11, 1);
    // So rarely that nothing below is found by it.
    await agentLab.startAgent(["--resync-seconds", "3600"]);
    await agentLab.realise(10, state);
    undisturbed = await agentLab.standing();
    await eventually(() => expect(foldOf(agentLab.reports())).toEqual(undisturbed));
  });
  afterAll(async () => {
    process.stdout.write(`ms from the change to the report of its repair: ${JSON.stringify(repairedAfterMs)}\n`);
    await agentLab.down();
  });

  for (const [what, { does, told }] of Object.entries(drifts)) {
    test(`${what}: it is put right, and told`, async () => {
      const before = agentLab.changes().length;
      await agentLab.node.output(does);
      const changedMs = Date.now();
      await eventually(() => expect(textOf(agentLab.changes().slice(before))).toContain(told));
      repairedAfterMs.push([what, Date.now() - changedMs]);
      await eventually(async () => expect(await agentLab.standing()).toEqual(undisturbed));
      await eventually(() => expect(foldOf(agentLab.reports())).toEqual(undisturbed));
      const triggers = agentLab.changes().slice(before);
      expect(new Set(triggers.map(({ trigger }) => trigger))).toEqual(new Set([Trigger.DRIFT]));
    });
  }

  test("another table, whoever made it, is left alone", async () => {
    await agentLab.node.output(nft("add table bridge operator; add chain bridge operator kept"));
    await agentLab.node.output(nft(`flush chain bridge rhumbline ingress-${tap}`));
    await eventually(async () => expect(await agentLab.standing()).toEqual(undisturbed));
    expect(await agentLab.node.output(["nft", "list", "tables"])).toContain("bridge operator");
  });
});

function textOf(reports: readonly NodeChangesApplied[]): string {
  return reports
    .flatMap(({ operations }) => operations)
    .flatMap(({ text, changes }) => [text, ...changes.map(({ key, value }) => `${key} ${value}`)])
    .join("\n");
}
