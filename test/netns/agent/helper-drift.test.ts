import { type LabProcess, monitorKernelWrites } from "@rhumbline/infra/lab";
import { Trigger } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  advertisedPort,
  desiredState,
  dhcpServer,
  dhcpSubnet,
  dhcpSubnetV6,
  externalNetwork,
  instancePort,
  router,
  sampleId,
  tenantNetwork,
} from "../../../services/node-agent/src/kernel/contract/sample-state.ts";
import { foldOf } from "../../../services/node-agent/src/status/agent-in-memory.ts";
import { type AgentLab, startAgentLab } from "../../support/agent-lab.ts";
import { eventually } from "../../support/eventually.ts";
import { requiresRoot } from "../../support/requires-root.ts";
import { textOfChanges } from "../../support/text-of-changes.ts";

const leg = advertisedPort(1, 1, "slaac");
const dhcp = `dnsmasq-${sampleId("b", 1)}`;
const advertiser = `radvd-${leg.portId}`;
const folder = "/run/rhumbline/helpers";
const state = desiredState(
  externalNetwork(),
  tenantNetwork(1),
  instancePort(11, 1, { dhcpOptions: [{ name: "bootfile-name", value: "pxelinux.0", ipVersion: 4 }] }),
  dhcpServer(1, { subnets: [dhcpSubnet(1), dhcpSubnetV6(1, "slaac")] }),
  router(1, [], { interfaces: [leg] }),
);

/** What somebody does on the node, and texts that the report of its repair has to contain. */
const drifts: Record<string, { readonly does: string; readonly told: string }> = {
  "a DHCP server is killed": { does: `kill -KILL $(cat ${folder}/${dhcp}/pid)`, told: `start ${dhcp}` },
  "a DHCP server's configuration is edited": {
    does: `echo log-queries >> ${folder}/${dhcp}/config`,
    told: `start ${dhcp}`,
  },
  "a host is added to a DHCP server": {
    does: `echo fa:16:3e:99:99:99,10.0.1.99 > ${folder}/${dhcp}/hosts/stranger`,
    told: `delete ${dhcp}/hosts/stranger`,
  },
  "a host's address is edited": {
    does: `sed -i s/10.0.1.11/10.0.1.99/ ${folder}/${dhcp}/hosts/${sampleId("c", 11)}`,
    told: `write ${dhcp}/hosts/${sampleId("c", 11)}`,
  },
  "a port's options are deleted": {
    does: `rm ${folder}/${dhcp}/options/2-port-${sampleId("c", 11)}`,
    told: `write ${dhcp}/options/2-port-${sampleId("c", 11)}`,
  },
  "what keeps a server's frames on the node is deleted": {
    does: "nft delete table bridge rhumbline-dhcp",
    told: "keep DHCP on this node, table made",
  },
  "a router's advertiser is killed": {
    does: `kill -KILL $(cat ${folder}/${advertiser}/pid)`,
    told: `start ${advertiser}`,
  },
  "what a router advertises is edited": {
    does: `sed -i "s/AdvDefaultLifetime.*/AdvDefaultLifetime 0;/" ${folder}/${advertiser}/advertise/radvd.conf`,
    told: `write ${advertiser}/advertise/radvd.conf`,
  },
  "all files of a helper are deleted": { does: `rm -r ${folder}/${advertiser}`, told: `start ${advertiser}` },
};

describe("programs that serve a node's instances", requiresRoot, () => {
  let agentLab: AgentLab;
  let agent: LabProcess;
  let undisturbed: string[];

  beforeAll(async () => {
    agentLab = await startAgentLab();
    await agentLab.plugInstance(11, 1);
    // So rarely that nothing below is found by it.
    agent = await agentLab.startAgent(["--resync-seconds", "3600"]);
    await agentLab.realise(10, state);
    await eventually(async () => {
      const standing = await agentLab.standing();
      expect(standing.filter((line) => line.includes("KERNEL_OBJECT_KIND_PROCESS"))).toHaveLength(2);
      expect(foldOf(agentLab.reports())).toEqual(standing);
    });
    undisturbed = await agentLab.standing();
  });
  afterAll(() => agentLab.down());

  for (const [what, { does, told }] of Object.entries(drifts)) {
    test(`${what}: it is put right, and told exactly`, async () => {
      const before = agentLab.changes().length;
      await agentLab.node.output(["sh", "-c", does]);
      await eventually(() => expect(textOfChanges(agentLab.changes().slice(before))).toContain(told));
      await eventually(async () => expect(await agentLab.standing()).toEqual(undisturbed));
      await eventually(() => expect(foldOf(agentLab.reports())).toEqual(undisturbed));
      const reports = agentLab.changes().slice(before);
      expect(new Set(reports.map(({ trigger }) => trigger))).toEqual(new Set([Trigger.DRIFT]));
      expect(helpers()).toHaveLength(3);
    });
  }

  test("go on while their agent is killed and another starts, which writes nothing", async () => {
    const running = helpers();
    const written = await filesWritten();
    agent.kill("SIGKILL");
    await agent.exited;
    const monitor = await monitorKernelWrites(agentLab.node);
    const before = agentLab.reports().length;
    agent = await agentLab.startAgent(["--resync-seconds", "3600"]);
    await eventually(() => expect(agentLab.reports().length).toBeGreaterThan(before));
    // It has seen to the whole node once it sees to another wish.
    await agentLab.realise(11, state);
    expect(await monitor.stop()).toEqual([]);
    expect(helpers()).toEqual(running);
    expect(await filesWritten()).toEqual(written);
  });

  /** radvd is two processes: one of them may do nothing but set a device's limits, as root. */
  function helpers(): string[] {
    const ours = agentLab.node.processes().filter(({ argv }) => ["dnsmasq", "radvd"].includes(argv[0] ?? ""));
    return ours.map(({ pid, argv }) => `${pid} ${argv.join(" ")}`).sort();
  }

  /** Each file and when it was written. */
  const filesWritten = (): Promise<string> =>
    agentLab.node.output(["sh", "-c", `find ${folder} -type f -printf "%p %T@\\n" | sort`]);
});
