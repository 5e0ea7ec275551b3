import { Trigger } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  desiredState,
  externalNetwork,
  router,
  sampleId,
  tenantNetwork,
} from "../../../services/node-agent/src/kernel/contract/sample-state.ts";
import { type AgentLab, startAgentLab } from "../../support/agent-lab.ts";
import { eventually } from "../../support/eventually.ts";
import { requiresRoot } from "../../support/requires-root.ts";

const networks = [externalNetwork(), tenantNetwork(1)] as const;
const namespaceOf = (number: number) => `qrouter-${sampleId("a", number)}`;
const keyOf = (number: number) => `router.${sampleId("a", number)}`;
const taken = "tapd0000001-00";

describe("a router that can't be realised", requiresRoot, () => {
  let agentLab: AgentLab;

  beforeAll(async () => {
    agentLab = await startAgentLab();
    // Somebody else's device has the name of router 1's gateway port, and a file stands where router 4 has its namespace.
    await agentLab.node.output(["ip", "link", "add", taken, "type", "veth", "peer", "name", "other0"]);
    await agentLab.node.output(["ip", "netns", "add", namespaceOf(9)]);
    await agentLab.node.output(["cp", "/etc/hostname", `/run/netns/${namespaceOf(4)}`]);
    // What an agent leaves that is killed between making the name and mounting on it.
    await agentLab.node.output(["touch", `/run/netns/${namespaceOf(2)}`]);
    await agentLab.startAgent(["--resync-seconds", "3600"]);
    await agentLab.realise(10, desiredState(...networks, router(1, [1]), router(2, [1]), router(4, [1])));
  });
  afterAll(() => agentLab.down());

  test("is told of in the kernel's own words, and the others stand", async () => {
    await eventually(() => expect(outcomes().get(keyOf(2))).toBe(""));
    expect(outcomes().get(keyOf(1))).toMatch(/File exists$/);
    expect(outcomes().get(keyOf(4))).toMatch(/Invalid argument/);
    const { errors } = await agentLab.status();
    expect(new Map(errors.map(({ resource, error }) => [resource, error]))).toEqual(
      new Map([keyOf(1), keyOf(4)].map((key) => [key, outcomes().get(key)])),
    );
  });

  test("holds up no other: a new one is realised and drift of a standing one is repaired while it fails", async () => {
    await agentLab.realise(20, desiredState(...networks, ...[1, 2, 3, 4].map((number) => router(number, [1]))));
    await eventually(() => expect(outcomes().get(keyOf(3))).toBe(""));
    await agentLab.node.output(["ip", "netns", "exec", namespaceOf(2), "ip", "link", "delete", "qg-d0000002-00"]);
    await eventually(() => {
      const repair = agentLab.changes().find(({ trigger }) => trigger === Trigger.DRIFT);
      expect(repair?.operations.map(({ resource }) => resource)).toContain(keyOf(2));
    });
    expect(await agentLab.node.output(["ip", "link", "show", taken])).not.toContain("master");
  });

  test("is realised as soon as nothing is in its way", async () => {
    await agentLab.node.output(["ip", "link", "delete", taken]);
    await agentLab.node.output(["rm", `/run/netns/${namespaceOf(4)}`]);
    await eventually(() => {
      expect(outcomes().get(keyOf(1))).toBe("");
      expect(outcomes().get(keyOf(4))).toBe("");
    });
    await eventually(async () => expect((await agentLab.status()).errors).toEqual([]));
  });

  /** What the log last heard of each desired key: its error, empty where it stands. */
  function outcomes(): Map<string, string> {
    const told = agentLab.changes().flatMap(({ resources }) => resources);
    return new Map(told.map(({ key, error }) => [key, error]));
  }
});
