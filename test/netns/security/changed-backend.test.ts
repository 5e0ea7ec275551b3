import { type LabInstance, type LabProcess, startCapture, startPing } from "@rhumbline/infra/lab";
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
import { type AgentLab, startAgentLab } from "../../support/agent-lab.ts";
import { eventually } from "../../support/eventually.ts";
import { requiresRoot } from "../../support/requires-root.ts";
import { addressesOf, everythingOut, pings, v4 } from "./dual-stack.ts";
import { datagramsTo } from "./frames.ts";

/** 12 lets in echo requests of members of 11's group alone. */
const world = desiredState(
  tenantNetwork(1),
  instancePort(11, 1, { ...filteredBy(1), ...addressesOf(11) }),
  instancePort(12, 1, { ...filteredBy(2), ...addressesOf(12) }),
  securityGroup(1, ...everythingOut),
  securityGroup(2, rule(3, { protocol: 1, icmpType: 8, remoteGroupId: sampleId("a", 1) })),
  groupMember(11, [1], v4(11)),
);

/** What each backend alone has, as its own programs list it. */
const listings = {
  nftables: ["nft", "list", "chains"],
  iptables: ["sh", "-c", "iptables-save; ip6tables-save; ipset list -name"],
} as const;
const ofBackend = { nftables: /chain (egress-tap|tracked )/, iptables: /rhumbline-/ } as const;

describe("an agent that is started anew with another backend for security groups", requiresRoot, () => {
  let agentLab: AgentLab;
  let agent: LabProcess;
  let sender: LabInstance;
  let guarded: LabInstance;

  beforeAll(async () => {
    agentLab = await startAgentLab();
    sender = await agentLab.plugInstance(11, 1);
    guarded = await agentLab.plugInstance(12, 1);
    agent = await agentLab.startAgent();
    await agentLab.realise(10, world);
    await eventually(async () => expect(await pings(sender, v4(12))).toBe(true));
  });
  afterAll(() => agentLab.down());

  const standing = async (backend: keyof typeof listings): Promise<boolean> =>
    ofBackend[backend].test(await agentLab.node.output(listings[backend]));

  test.each([
    ["nftables", "iptables"],
    ["iptables", "nftables"],
  ] as const)(
    "%s -> %s: the one's rules go, nothing passes that may not, and what may is never kept back",
    async (from, to) => {
      const capture = await startCapture(guarded, "eth0", "udp");
      const stream = await sender.spawn(datagramsTo(v4(12)), { name: `datagrams-${to}` });
      const ping = await startPing(sender, v4(12), 10);
      expect([await standing(from), await standing(to)]).toEqual([true, false]);
      agent.kill("SIGKILL");
      await agent.exited;
      agent = await agentLab.startAgent(["--security-backend", to]);
      await eventually(async () => expect([await standing(from), await standing(to)]).toEqual([false, true]));
      expect((await ping.stop()).lost).toEqual([]);
      stream.kill("SIGKILL");
      await stream.exited;
      expect(await capture.stop()).toEqual([]);
      // A connection that begins now.
      expect(await pings(sender, v4(12))).toBe(true);
    },
  );
});
