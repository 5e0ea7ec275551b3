import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Lab, type LabHost, type LabProcess, nodeHosts, startLab } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { requiresRoot } from "../../support/requires-root.ts";

const repository = join(import.meta.dirname, "../../..");
const program = join(repository, "test/support/kernel-ear-program.ts");
const router = "qrouter-heard";

describe("who changed a router's rules", requiresRoot, () => {
  let lab: Lab;
  let node: LabHost;
  let ear: LabProcess;
  const heard = (): unknown[] =>
    readFileSync(ear.outputFile, "utf8")
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  /** Runs it in the router's namespace. @returns the number of its process. */
  const runIn = async (command: string): Promise<number> =>
    Number(await node.output(["sh", "-c", `echo $$; exec nsenter --net=/run/netns/${router} ${command}`]));

  beforeAll(async () => {
    lab = await startLab({ name: `heard-${randomUUID().slice(0, 8)}`, hosts: nodeHosts("node1") });
    node = lab.host("node1");
    await node.output(["ip", "netns", "add", router]);
    ear = await node.spawn([process.execPath, "--import", "tsx", program], { name: "ear", cwd: repository });
    await eventually(() => expect(heard()).toContain("listening"));
  });
  afterAll(() => lab.down());

  test("is told by the number of the program's process, whichever program it is", async () => {
    for (const command of [
      "iptables -t nat -N rhumbline-a",
      "iptables -t mangle -N rhumbline-b",
      "nft add table ip rhumbline",
      "ip6tables -N rhumbline-c",
    ]) {
      const number = await runIn(command);
      const told = { by: { program: number }, places: { [router]: ["connections", "rules"] } };
      await eventually(() => expect(heard()).toContainEqual(told));
    }
  });

  test("is not told of devices, whoever changed them", async () => {
    await runIn("ip link set lo up");
    await eventually(() => expect(heard()).toContainEqual({ by: "others", places: { [router]: ["devices"] } }));
  });
});
