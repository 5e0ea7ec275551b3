import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DescMethod } from "@bufbuild/protobuf";
import type { CallFailure } from "@rhumbline/grpc";
import type { LabProcess } from "@rhumbline/infra/lab";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  desiredState,
  externalNetwork,
  router,
  sampleId,
  tenantNetwork,
} from "../../services/node-agent/src/kernel/contract/sample-state.ts";
import { type AgentLab, startAgentLab } from "../support/agent-lab.ts";
import { contractedServices } from "../support/contracts.ts";
import { expectAnsweredOrRefused, garbageFor, noMessage, refusalOfNoMessage } from "../support/garbage.ts";
import type { RawCall } from "../support/raw-caller.ts";
import { requiresRoot } from "../support/requires-root.ts";

const repository = join(import.meta.dirname, "../..");
const rawCaller = ["node", "--import", "tsx", join(repository, "test/support/raw-caller.ts"), "127.0.0.1:4105"];
/** The same messages in every run: what they find shall be found again. */
const effort = Number(process.env["RHUMBLINE_TEST_EFFORT"] ?? 1);
const seed = Number(process.env["RHUMBLINE_TEST_SEED"] ?? 1);

const methods = contractedServices
  .filter(({ typeName }) => typeName === "rhumbline.agent.v1.AgentService")
  .flatMap((service) => service.methods.map((method) => [method.name, method] as const));

describe("an agent that is sent garbage", requiresRoot, () => {
  let agentLab: AgentLab;
  let agent: LabProcess;
  let standing: string[];

  beforeAll(async () => {
    agentLab = await startAgentLab();
    agent = await agentLab.startAgent(["--resync-seconds", "3600"]);
    await agentLab.realise(10, desiredState(externalNetwork(), tenantNetwork(1), router(1, [1])));
    standing = await agentLab.standing();
  });
  afterAll(() => agentLab.down());

  /** How calls with these requests ended, in their order; null where one was answered. */
  async function failuresWith({ parent, name }: DescMethod, requests: readonly Uint8Array[]) {
    const calls: RawCall[] = requests.map((bytes) => ({
      method: `${parent.typeName}.${name}`,
      request: Buffer.from(bytes).toString("base64"),
    }));
    const printed = await agentLab.node.output(rawCaller, { input: JSON.stringify(calls), cwd: repository });
    const failures = printed.trimEnd().split("\n");
    expect(failures).toHaveLength(requests.length);
    return failures.map((line) => JSON.parse(line) as CallFailure | null);
  }

  describe.each(methods)("%s", (_name, method) => {
    test("bytes that are no message are refused as such", async () => {
      expect(await failuresWith(method, [noMessage])).toMatchObject([refusalOfNoMessage]);
    });

    test("random bytes and strange messages are answered or refused for a reason", async () => {
      // With nothing to say wrong there is little to try, and each look at the kernel takes its time.
      const numRuns = (method.input.fields.length === 0 ? 10 : 60) * effort;
      const requests = fc.sample(garbageFor(method, [sampleId("a", 1), sampleId("a", 9)]), { numRuns, seed });
      const failures = await failuresWith(method, [new Uint8Array(), ...requests]);
      for (const failure of failures) expectAnsweredOrRefused(method, failure ?? undefined);
    });
  });

  test("calls none of it a failure of its own, and leaves the kernel as it was", async () => {
    const lines = readFileSync(agent.logFile, "utf8").trimEnd().split("\n");
    expect(lines.filter((line) => (JSON.parse(line) as { level: string }).level === "error")).toEqual([]);
    expect(await agentLab.standing()).toEqual(standing);
    expect(await agentLab.status()).toMatchObject({ appliedPosition: 10, refusal: "", errors: [] });
  });
});
