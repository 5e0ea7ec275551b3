import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { controlHost, type Lab, nodeHosts, startLab } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { controlPlane, nodeAgent } from "../../infra/stack/programs.ts";
import { stackIn } from "../../infra/stack/stack.ts";
import { bundled } from "../support/bundle.ts";
import { requiresRoot } from "../support/requires-root.ts";

const programs = ["event-log", "ipam", "topology", "router-scheduler", "audit", "node-agent", "rhumb"];
const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");

/** The tour as it is printed: every line of the README's shell blocks that calls rhumb. */
const tour = [...readme.matchAll(/^```sh\n(.*?)^```$/gms)]
  .flatMap(([, block = ""]) => block.split("\n"))
  .filter((line) => line.startsWith("rhumb "));

/** What the last lines of the tour have to show. */
const shown: Readonly<Record<string, RegExp>> = {
  "rhumb router get": /status +ROUTER_STATUS_ACTIVE/,
  "rhumb events": /RouterInterfaceAdded .*\n(.*\n)*.*NodeChangesApplied/,
  "rhumb history": /RouterInterfaceAdded by .*\n(.*\n)*.*node node1: new desired state/,
  "rhumb why": /wished by +\S+: Router/,
  "rhumb verify": /^kernel node1 +its reports .* equal$/m,
};

describe("the README's tour", requiresRoot, () => {
  let lab: Lab;

  beforeAll(async () => {
    await Promise.all(programs.map(bundled));
    const nodes = nodeHosts("node1");
    lab = await startLab({ name: `tour-${randomUUID().slice(0, 8)}`, hosts: [controlHost, ...nodes] });
    const agents = nodes.map((node) => nodeAgent(node, controlHost));
    const stack = stackIn(lab, "control", [...controlPlane(controlHost), ...agents]);
    await stack.start();
    await stack.ready(1);
  });
  afterAll(() => lab.down());

  test("does what it says when it is typed as it is printed, line by line", async () => {
    expect(tour.length).toBeGreaterThan(8);
    const told = new Set<string>();
    for (const line of tour) {
      const { code, stdout, stderr } = await lab.host("control").run(["bash", "-c", line]);
      expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: "" });
      expect(stdout, line).not.toBe("");
      for (const [command, pattern] of Object.entries(shown)) {
        if (!line.startsWith(command)) continue;
        expect(stdout, line).toMatch(pattern);
        told.add(command);
      }
    }
    expect([...told].sort()).toEqual(Object.keys(shown).sort());
  });
});
