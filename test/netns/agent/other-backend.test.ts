import { type LabInstance, type LabProcess, type Place, startPing } from "@rhumbline/infra/lab";
import { Trigger } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RulesBackend } from "../../../services/node-agent/src/desired/host-facts.ts";
import {
  desiredState,
  externalNetwork,
  floatingIp,
  instancePort,
  portForwarding,
  router,
  tenantNetwork,
} from "../../../services/node-agent/src/kernel/contract/sample-state.ts";
import { foldOf } from "../../../services/node-agent/src/status/agent-in-memory.ts";
import { type AgentLab, startAgentLab } from "../../support/agent-lab.ts";
import { eventually } from "../../support/eventually.ts";
import { expectToGoOn, holdConnection, serveEcho } from "../../support/held-connections.ts";
import { requiresRoot } from "../../support/requires-root.ts";
import { textOfChanges } from "../../support/text-of-changes.ts";
import { ask } from "./echo-programs.ts";

const namespace = "qrouter-a0000001-0000-4000-8000-000000000000";
const floating = "203.0.113.201";
const state = desiredState(
  externalNetwork(),
  tenantNetwork(1),
  instancePort(11, 1),
  router(1, [1]),
  floatingIp(1, 1, "10.0.1.11"),
  portForwarding(1, 1, "10.0.1.11"),
);

/** What somebody does in the router's namespace to what nftables has there, and a text that the report of it must contain. */
const drifts: Record<string, { readonly does: string; readonly told: string }> = {
  "an element is deleted": {
    does: `delete element ip rhumbline floating-ips { ${floating} }`,
    told: `+ element ip floating-ips ${floating} : 10.0.1.11`,
  },
  "an element leads elsewhere": {
    does: `delete element ip rhumbline fixed-ips { 10.0.1.11 }; add element ip rhumbline fixed-ips { 10.0.1.11 : 203.0.113.99 }`,
    told: "- element ip fixed-ips 10.0.1.11",
  },
  "an element is added": {
    does: "add element ip rhumbline forwarded-same { 203.0.113.221 . tcp . 1-99 : 10.0.1.11 }",
    told: "- element ip forwarded-same 203.0.113.221 . 6 . 1-99",
  },
  "a chain is flushed": { does: "flush chain ip rhumbline postrouting", told: "+ ip chain postrouting {" },
  "a rule is added": { does: "insert rule ip rhumbline prerouting accept", told: "+ ip chain prerouting {" },
  "a chain of somebody's stands in our table": { does: "add chain ip rhumbline other", told: "- chain ip other" },
  "a chain is hooked in elsewhere": {
    does: "delete chain ip rhumbline output; add chain ip rhumbline output { type nat hook output priority 7; }",
    told: "+ ip chain output {",
  },
  "all rules are flushed": { does: "flush ruleset", told: "+ ip map fixed-ips" },
};

describe("an agent that is started again with another backend", requiresRoot, () => {
  let agentLab: AgentLab;
  let agent: LabProcess;
  let instance: LabInstance;
  let inside: Place;

  beforeAll(async () => {
    agentLab = await startAgentLab();
    inside = agentLab.node.netns(namespace);
    instance = await agentLab.plugInstance(11, 1);
    agent = await start("iptables");
    await agentLab.realise(10, state);
    await serveEcho(instance, "eleven");
    await eventually(async () =>
      expect((await agentLab.lab.internet.run(["ping", "-c1", "-W1", floating])).code).toBe(0),
    );
  });
  afterAll(() => agentLab.down());

  test("replaces the rules, and back, without a packet lost or a connection broken", async () => {
    const { internet } = agentLab.lab;
    await instance.output(["ping", "-c1", "-W10", "198.18.200.1"]);
    const held = await holdConnection(internet, floating, "through");
    const inward = await startPing(internet, floating, 10);
    const outward = await startPing(instance, "198.18.200.1", 10);
    for (const backend of ["nftables", "iptables", "nftables"] as const) {
      await end(agent);
      agent = await start(backend);
      await eventually(async () => expect(await rulesStanding()).toEqual([backend]));
      await expectToGoOn(held);
    }
    const [fromOutside, fromInside] = [await inward.stop(), await outward.stop()];
    expect([fromOutside.lost, fromInside.lost]).toEqual([[], []]);
    expect(await internet.output(ask("tcp", floating, 9000))).toBe("eleven\n");
  });

  for (const [what, { does, told }] of Object.entries(drifts)) {
    test(`${what}: it is put right, and told exactly`, async () => {
      const undisturbed = await agentLab.standing();
      const before = agentLab.changes().length;
      await inside.output(["nft", does]);
      await eventually(() => expect(textOfChanges(agentLab.changes().slice(before))).toContain(told));
      await eventually(async () => expect(await agentLab.standing()).toEqual(undisturbed));
      await eventually(() => expect(foldOf(agentLab.reports())).toEqual(undisturbed));
      const reports = agentLab.changes().slice(before);
      expect(new Set(reports.map(({ trigger }) => trigger))).toEqual(new Set([Trigger.DRIFT]));
    });
  }

  const start = (backend: RulesBackend): Promise<LabProcess> =>
    agentLab.startAgent(["--resync-seconds", "3600", "--backend", backend]);

  async function end(running: LabProcess): Promise<void> {
    running.kill("SIGTERM");
    await running.exited;
  }

  /** Whose rules translate now. */
  async function rulesStanding(): Promise<RulesBackend[]> {
    const saved = await inside.output(["iptables-save", "-t", "nat"]);
    const listed = await inside.output(["nft", "list", "ruleset"]);
    return [
      ...(saved.includes("-j DNAT") ? (["iptables"] as const) : []),
      ...(listed.includes("map @floating-ips") ? (["nftables"] as const) : []),
    ];
  }
});
