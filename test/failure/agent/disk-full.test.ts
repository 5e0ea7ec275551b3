import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  desiredState,
  externalNetwork,
  floatingIp,
  instancePort,
  router,
  sampleId,
  tenantNetwork,
} from "../../../services/node-agent/src/kernel/contract/sample-state.ts";
import { type AgentLab, startAgentLab } from "../../support/agent-lab.ts";
import { eventually } from "../../support/eventually.ts";
import { requiresRoot } from "../../support/requires-root.ts";

const oneRouter = desiredState(externalNetwork(), tenantNetwork(1), instancePort(11, 1), router(1, [1]));
/** More than the room that is left in the last page of a file. */
const morePorts = Array.from({ length: 40 }, (_, index) => instancePort(100 + index, 1));
const withFloatingIp = desiredState(...oneRouter, ...morePorts, floatingIp(1, 1, "10.0.1.11"));
const ballast = "/var/lib/agent/ballast";

describe("an agent whose disk is full", requiresRoot, () => {
  let agentLab: AgentLab;
  beforeAll(async () => {
    agentLab = await startAgentLab();
    await agentLab.node.output(["mkdir", "-p", "/var/lib/agent"]);
    await agentLab.node.output("mount -t tmpfs -o size=512k none /var/lib/agent".split(" "));
    await agentLab.startAgent();
    await agentLab.realise(1, oneRouter);
    await agentLab.node.run(["dd", "if=/dev/zero", `of=${ballast}`, "bs=1k"]);
  });
  afterAll(() => agentLab.down());

  test("acts on nothing that it can't keep, and says why", async () => {
    await agentLab.publish(2, withFloatingIp);
    await eventually(async () =>
      expect((await agentLab.status()).refusal).toMatch(/can't be kept on disk: ENOSPC: no space left on device/),
    );
    expect(await rules()).not.toContain("203.0.113.201");
  });

  test("repairs its router all the same", async () => {
    await agentLab.node.output([...inRouter, "ip", "address", "delete", "10.0.1.1/24", "dev", leg]);
    await eventually(async () =>
      expect(await agentLab.node.output([...inRouter, "ip", "address", "show", leg])).toContain("10.0.1.1/24"),
    );
  });

  test("with room again, does what was asked for meanwhile", async () => {
    await agentLab.node.output(["rm", ballast]);
    await eventually(async () => expect(await rules()).toContain("203.0.113.201 : "));
    await eventually(async () => expect((await agentLab.status()).refusal).toBe(""));
    expect(agentLab.appliedPosition()).toBe(2);
  });

  const inRouter = ["ip", "netns", "exec", `qrouter-${sampleId("a", 1)}`];
  const leg = `qr-${sampleId("f", 101).slice(0, 11)}`;
  const rules = (): Promise<string> => agentLab.node.output([...inRouter, "nft", "list", "ruleset"]);
});
