import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Lab, type LabHost, nodeHosts, startLab } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { requiresRoot } from "../../support/requires-root.ts";

const repository = join(import.meta.dirname, "../../..");
const program = join(repository, "test/support/own-namespaces-program.ts");

describe("a namespace that others make", requiresRoot, () => {
  let lab: Lab;
  let node: LabHost;

  beforeAll(async () => {
    lab = await startLab({ name: `own-${randomUUID().slice(0, 8)}`, hosts: nodeHosts("node1") });
    node = lab.host("node1");
    await node.output(["ip", "netns", "add", "qrouter-first"]);
  });
  afterAll(() => lab.down());

  test("in the moment in which we make one is heard of, and is nobody's but theirs", async () => {
    const argv = [process.execPath, "--import", "tsx", program, "qrouter-ours", "qrouter-theirs"];
    const ear = await node.spawn(argv, { name: "ear", cwd: repository });
    const heard = (): string[] => readFileSync(ear.outputFile, "utf8").split("\n");
    await eventually(() => expect(heard()).toContain("others qrouter-theirs"));
    expect(heard()).toContain("us qrouter-ours");
    expect(heard()).not.toContain("us qrouter-theirs");
    expect(heard()).not.toContain("others qrouter-ours");
  });
});
