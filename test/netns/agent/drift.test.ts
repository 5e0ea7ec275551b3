import type { HostProcess, LabProcess } from "@rhumbline/infra/lab";
import { Trigger } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  desiredState,
  externalNetwork,
  floatingIp,
  instancePort,
  router,
  tenantNetwork,
} from "../../../services/node-agent/src/kernel/contract/sample-state.ts";
import { foldOf } from "../../../services/node-agent/src/status/agent-in-memory.ts";
import { type AgentLab, startAgentLab } from "../../support/agent-lab.ts";
import { eventually } from "../../support/eventually.ts";
import { requiresRoot } from "../../support/requires-root.ts";
import { textOfChanges } from "../../support/text-of-changes.ts";

const namespace = "qrouter-a0000001-0000-4000-8000-000000000000";
const inside = ["ip", "netns", "exec", namespace];
const bridge = "brqb0000001-00";
const hostEnd = "tapf0000101-00";
const tap = "tapc0000011-00";
const state = desiredState(
  externalNetwork(),
  tenantNetwork(1),
  instancePort(11, 1),
  router(1, [1], { routes: [{ destination: "192.168.7.0/24", nextHop: "10.0.1.7" }] }),
  floatingIp(1, 1, "10.0.1.11"),
);
const sysctl = (setting: string) => ["sysctl", "-qw", setting];
const revokedFlow =
  "conntrack -I -p tcp -s 198.18.200.1 -d 203.0.113.209 --sport 1 --dport 2 --reply-src 10.0.1.11 --reply-dst 198.18.200.1 --reply-port-src 2 --reply-port-dst 1 --state ESTABLISHED --timeout 600";

/** What somebody does, and a text that the report of it must contain. */
const drifts: Record<string, { readonly does: readonly string[]; readonly told: string }> = {
  "a chain is flushed": {
    does: [...inside, ..."iptables -t nat -F rhumbline-snat".split(" ")],
    told: "nat rhumbline-snat",
  },
  "a rule is added in our chain": {
    does: [...inside, ..."iptables -t nat -I rhumbline-PREROUTING -j ACCEPT".split(" ")],
    told: "- rhumbline-PREROUTING -j ACCEPT",
  },
  "a rule is deleted": {
    does: [...inside, ..."iptables -t nat -D PREROUTING -j rhumbline-PREROUTING".split(" ")],
    told: "+ PREROUTING -j rhumbline-PREROUTING",
  },
  "all rules are deleted": { does: [...inside, "nft", "flush", "ruleset"], told: "mangle rhumbline-mark" },
  "an interface is deleted": { does: [...inside, "ip", "link", "delete", "qr-f0000101-00"], told: "qr-f0000101-00" },
  // Another leg than above: deleting either end of a leg is the same drift, and a repeat is only counted.
  "a host end is deleted": { does: ["ip", "link", "delete", "tapd0000001-00"], told: "tapd0000001-00" },
  "a host end is set down": { does: ["ip", "link", "set", hostEnd, "down"], told: hostEnd },
  "the bridge is deleted": { does: ["ip", "link", "delete", bridge], told: bridge },
  "an instance's device is taken off its bridge": { does: ["ip", "link", "set", tap, "nomaster"], told: tap },
  "an address is removed": {
    does: [...inside, ..."ip address delete 203.0.113.201/32 dev qg-d0000001-00".split(" ")],
    told: "203.0.113.201/32",
  },
  "an address is added": {
    does: [...inside, ..."ip address add 10.0.1.99/24 dev qr-f0000101-00".split(" ")],
    told: "10.0.1.99/24",
  },
  "a route is removed": { does: [...inside, ..."ip route delete 192.168.7.0/24".split(" ")], told: "192.168.7.0/24" },
  "the default route is removed": { does: [...inside, ..."ip route delete default".split(" ")], told: "default" },
  ...Object.fromEntries(
    [
      "net.ipv4.ip_forward=0",
      "net.ipv4.conf.all.arp_ignore=0",
      "net.ipv4.conf.all.arp_announce=0",
      "net.ipv4.conf.all.rp_filter=1",
      "net.ipv4.conf.default.rp_filter=1",
      "net.ipv4.conf.all.promote_secondaries=0",
      "net.ipv6.conf.all.disable_ipv6=0",
    ].map((setting) => [
      `${setting} is written`,
      { does: [...inside, ...sysctl(setting)], told: setting.split("=").join(" = ").slice(0, -4) },
    ]),
  ),
  "a host end is given IPv6": {
    does: sysctl(`net.ipv6.conf.${hostEnd}.disable_ipv6=0`),
    told: `net.ipv6.conf.${hostEnd}.disable_ipv6`,
  },
  "a connection that nothing grants is put in": {
    does: [...inside, ...revokedFlow.split(" ")],
    told: "203.0.113.209 translated to 10.0.1.11",
  },
  // The command ends with "Device or resource busy" where the agent makes it anew before its file is removed.
  "the namespace is deleted": {
    does: ["sh", "-c", `ip netns delete ${namespace} || test -e /run/netns/${namespace}`],
    told: namespace,
  },
};

describe.each(["native", "process"])(
  "an agent by iptables and the %s driver whose kernel somebody else changes",
  requiresRoot,
  (driver) => {
    let agentLab: AgentLab;
    let agent: LabProcess;
    let undisturbed: string[];
    const repairedAfterMs: [string, number][] = [];

    beforeAll(async () => {
      agentLab = await startAgentLab();
      await agentLab.plugInstance(11, 1);
      // So rarely that nothing below is found by it.
      agent = await agentLab.startAgent(["--resync-seconds", "3600", "--driver", driver, "--backend", "iptables"]);
      await agentLab.realise(10, state);
      await putForeignObjects();
      // Its doors are opened by a pass of their own, which is told too.
      await eventually(async () =>
        expect(await agentLab.node.output(["ip", "link", "show", hostEnd])).toContain("state UP"),
      );
      undisturbed = await agentLab.standing();
      await eventually(() => expect(foldOf(agentLab.reports())).toEqual(undisturbed));
    });
    afterAll(async () => {
      process.stdout.write(`ms from the change to the report of its repair: ${JSON.stringify(repairedAfterMs)}\n`);
      await agentLab.down();
    });

    for (const [what, { does, told }] of Object.entries(drifts)) {
      test(`${what}: it is put right, and told exactly`, async () => {
        const before = agentLab.changes().length;
        await agentLab.node.output(does);
        const changedMs = Date.now();
        await eventually(() => expect(textOfChanges(agentLab.changes().slice(before))).toContain(told));
        repairedAfterMs.push([what, Date.now() - changedMs]);
        await eventually(async () => expect(await agentLab.standing()).toEqual(undisturbed));
        // What stands is told a moment later.
        await eventually(() => expect(foldOf(agentLab.reports())).toEqual(undisturbed));
        const reports = agentLab.changes().slice(before);
        expect(new Set(reports.map(({ trigger }) => trigger))).toEqual(new Set([Trigger.DRIFT]));
        if (what.startsWith("a connection"))
          expect(await agentLab.node.output([...inside, "conntrack", "-L"])).not.toContain("203.0.113.209");
        if (what !== "the namespace is deleted") await expectForeignObjects();
      });
    }

    if (driver === "process") {
      test("the program that listens dies: it is started again, and what was changed meanwhile is put right", async () => {
        const before = agentLab.changes().length;
        const listening = listeningPrograms();
        expect(listening).toHaveLength(1);
        for (const { pid } of listening) process.kill(pid, "SIGKILL");
        await agentLab.node.output([...inside, ...sysctl("net.ipv6.conf.default.disable_ipv6=0")]);
        await eventually(() =>
          expect(textOfChanges(agentLab.changes().slice(before))).toContain("net.ipv6.conf.default.disable_ipv6"),
        );
        await eventually(() => expect(listeningPrograms()).toHaveLength(1));
      });

      test("an agent that is killed takes the program that listens with it", async () => {
        agent.kill("SIGKILL");
        await agent.exited;
        await eventually(() => expect(listeningPrograms()).toEqual([]));
      });
    }

    function listeningPrograms(): HostProcess[] {
      return agentLab.node
        .processes()
        .filter(({ argv }) => argv.some((argument) => argument.includes("LISTEN_ALL_NSID")));
    }

    /** In the router's namespace and beside it: none of it is ours to touch. */
    async function putForeignObjects(): Promise<void> {
      const { node } = agentLab;
      await node.output([...inside, ..."iptables -t nat -N operator".split(" ")]);
      await node.output([...inside, ..."iptables -t nat -A POSTROUTING -s 192.0.2.1/32 -j operator".split(" ")]);
      await node.output([...inside, ..."ip route add 198.51.100.0/24 dev lo proto static".split(" ")]);
      await node.output(["ip", "link", "add", "tapffffffff-ff", "type", "veth", "peer", "name", "other0"]);
      await node.output(["ip", "link", "set", "tapffffffff-ff", "master", "br-ex"]);
      await node.output(["ip", "link", "add", "brqffffffff-ff", "type", "bridge"]);
      await node.output(["ip", "route", "add", "198.51.100.0/24", "dev", "br-ex", "proto", "117"]);
    }

    async function expectForeignObjects(): Promise<void> {
      const { node } = agentLab;
      const rules = await node.output([...inside, "iptables-save", "-t", "nat"]);
      // Whoever flushed all rules flushed the operator's too.
      if (rules.includes(":operator")) expect(rules).toContain("-A POSTROUTING -s 192.0.2.1/32 -j operator");
      expect(await node.output([...inside, "ip", "route"])).toContain("198.51.100.0/24 dev lo proto static");
      expect(await node.output(["ip", "link", "show", "tapffffffff-ff"])).toContain("master br-ex");
      expect(await node.output(["ip", "link", "show", "brqffffffff-ff"])).toContain("brqffffffff-ff");
      expect(await node.output(["ip", "route"])).toContain("198.51.100.0/24 dev br-ex proto 117");
    }
  },
);
