import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Lab, type LabHost, type LabProcess, nodeHosts, startLab } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { requiresRoot } from "../../support/requires-root.ts";

const repository = join(import.meta.dirname, "../../..");
const program = join(repository, "test/support/sysctl-ear-program.ts");
const namespaces = ["north", "south"];

describe("a write to a sysctl, heard and never looked for", requiresRoot, () => {
  let lab: Lab;
  let node: LabHost;
  let ear: LabProcess;
  const heard = (): string[] => readFileSync(ear.outputFile, "utf8").split("\n").slice(0, -1);
  const write = (namespace: string, setting: string) =>
    node.output(["ip", "netns", "exec", namespace, "sysctl", "-qw", setting]);

  beforeAll(async () => {
    lab = await startLab({ name: `sysctls-${randomUUID().slice(0, 8)}`, hosts: nodeHosts("node1") });
    node = lab.host("node1");
    for (const namespace of namespaces) await node.output(["ip", "netns", "add", namespace]);
    const argv = [process.execPath, "--import", "tsx", program, ...namespaces];
    ear = await node.spawn(argv, { name: "ear", cwd: repository });
    await eventually(() => expect(heard()).toEqual(["read"]));
    await write("north", "net.ipv4.conf.all.promote_secondaries=1");
    ear.kill("SIGUSR2");
    await eventually(() => expect(heard()).toContain("listening"));
  });
  afterAll(() => lab.down());

  test("is told when the files are opened, if it was made between that and the first look at them", () => {
    expect(heard()).toEqual(["read", "north", "listening"]);
  });

  test("is told of the namespace that it was made in", async () => {
    const before = heard();
    await write("south", "net.ipv4.conf.all.arp_ignore=1");
    await eventually(() => expect(heard()).toEqual([...before, "south"]));
    await write("north", "net.ipv6.conf.default.disable_ipv6=1");
    await eventually(() => expect(heard()).toEqual([...before, "south", "north"]));
  });

  test("is no change where the value stays what it was", async () => {
    const before = heard();
    await write("south", "net.ipv4.conf.all.arp_ignore=1");
    await write("north", "net.ipv4.conf.all.arp_announce=2");
    await eventually(() => expect(heard()).toEqual([...before, "north"]));
  });
});
