import { type LabInstance, type LabProcess, startCapture } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  desiredState,
  filteredBy,
  instancePort,
  rule,
  securityGroup,
  tenantNetwork,
} from "../../../services/node-agent/src/kernel/contract/sample-state.ts";
import { securityBackends } from "../../../services/node-agent/src/security/model.ts";
import { type AgentLab, startAgentLab } from "../../support/agent-lab.ts";
import { eventually } from "../../support/eventually.ts";
import { requiresRoot } from "../../support/requires-root.ts";
import { addressesOf, everythingOut, pings, v4 } from "./dual-stack.ts";
import { datagramsTo } from "./frames.ts";

const bridge = "brqb0000001-00";

/** 11 lets everything in; 12 echo requests alone. */
const world = desiredState(
  tenantNetwork(1),
  instancePort(11, 1, { ...filteredBy(1), ...addressesOf(11) }),
  instancePort(12, 1, { ...filteredBy(2), ...addressesOf(12) }),
  securityGroup(1, ...everythingOut, rule(3)),
  securityGroup(2, ...everythingOut, rule(4, { protocol: 1, icmpType: 8 })),
);

describe.each(securityBackends)("filtered by %s, nothing passes that no rule lets through", requiresRoot, (backend) => {
  let agentLab: AgentLab;
  let agent: LabProcess;
  let open: LabInstance;
  let echoing: LabInstance;

  beforeAll(async () => {
    agentLab = await startAgentLab();
    open = await agentLab.plugInstance(11, 1);
    echoing = await agentLab.plugInstance(12, 1);
    await neverAsked(open, 12);
    agent = await agentLab.startAgent(["--security-backend", backend]);
  });
  afterAll(() => agentLab.down({ unlike: "a device that nobody bound is on the bridge when the agent is dead" }));

  test("at a node's start, not for a moment: the first that passes is what may", async () => {
    const capture = await startCapture(echoing, "eth0", "ip");
    // As fast as they go, long before there is a bridge.
    const stream = await open.spawn(datagramsTo(v4(12)), { name: "datagrams" });
    await agentLab.realise(10, world);
    await eventually(async () => expect(await pings(open, v4(12))).toBe(true));
    stream.kill("SIGKILL");
    await stream.exited;
    const packets = await capture.stop();
    expect(packets.filter((packet) => packet.includes("ICMP echo request"))).not.toEqual([]);
    expect(packets.filter((packet) => packet.includes("UDP"))).toEqual([]);
  });

  test("from or to a device that is on the bridge before its port's rules", async () => {
    await expectSilence(await plugUnbound(13));
  });

  test("while the agent is dead: what it made filters on, and a new device stays shut out", async () => {
    agent.kill("SIGKILL");
    await agent.exited;
    expect(await pings(open, v4(12))).toBe(true);
    const capture = await startCapture(echoing, "eth0", "udp");
    await open.output(datagramsTo(v4(12), 100));
    expect(await capture.stop()).toEqual([]);
    await expectSilence(await plugUnbound(14));
  });

  if (backend === "iptables") {
    // The bridge's own hooks wait for what iptables says.
    test("while the agent is dead and somebody flushed iptables: nothing at all", async () => {
      await agentLab.node.output(["iptables", "-F"]);
      expect(await pings(open, v4(12))).toBe(false);
    });
  }

  /** An instance whose port nobody told the node of, put on the bridge by somebody. */
  async function plugUnbound(number: number): Promise<LabInstance> {
    const instance = await agentLab.plugInstance(number, 1);
    await agentLab.node.output(["ip", "link", "set", instance.tapDevice, "master", bridge]);
    return instance;
  }

  async function expectSilence(instance: LabInstance): Promise<void> {
    const own = await startCapture(instance, "eth0");
    const capture = await startCapture(open, "eth0");
    await instance.run(["ping", "-n", "-q", "-c3", "-i0.2", "-W1", v4(11)]);
    await open.run(["arping", "-q", "-c2", "-w2", "-I", "eth0", v4(13)]);
    const sent = await own.stop();
    expect(sent.filter((packet) => packet.includes("who-has"))).not.toEqual([]);
    expect(sent.filter((packet) => packet.includes(open.plan.mac))).toEqual([]);
    expect((await capture.stop()).filter((packet) => packet.includes(instance.plan.mac))).toEqual([]);
  }
});

/** So that it sends without having to ask who has the address. */
const neverAsked = (instance: LabInstance, number: number): Promise<string> =>
  instance.output(["ip", "neighbour", "replace", v4(number), "lladdr", `fa:16:3e:00:01:${number}`, "dev", "eth0"]);
