import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { conntrackEntries, type LabInstance, type LabProcess, type Place, startCapture } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rulesBackends } from "../../../services/node-agent/src/desired/host-facts.ts";
import {
  desiredState,
  externalNetwork,
  floatingIp,
  instancePort,
  router,
  tenantNetwork,
} from "../../../services/node-agent/src/kernel/contract/sample-state.ts";
import { eventually } from "../../support/eventually.ts";
import { type KernelLab, startKernelLab } from "../../support/kernel-lab.ts";
import { requiresRoot } from "../../support/requires-root.ts";
import { echoClient, echoServer } from "./echo-programs.ts";

const withoutFloatingIp = [
  externalNetwork(),
  tenantNetwork(1),
  instancePort(11, 1),
  instancePort(12, 1),
  router(1, [1]),
] as const;
const at11 = desiredState(...withoutFloatingIp, floatingIp(1, 1, "10.0.1.11"));
const floating = "203.0.113.201";

describe.each(rulesBackends)("a floating IP, by %s", requiresRoot, (backend) => {
  let kernelLab: KernelLab;
  let instance11: LabInstance;
  let instance12: LabInstance;
  let internet: Place;
  let routerPlace: Place;

  beforeAll(async () => {
    kernelLab = await startKernelLab("process", { backend });
    internet = kernelLab.lab.internet;
    routerPlace = kernelLab.node.netns("qrouter-a0000001-0000-4000-8000-000000000000");
    instance11 = await kernelLab.plugInstance(11, 1);
    instance12 = await kernelLab.plugInstance(12, 1);
    await kernelLab.realise(desiredState(...withoutFloatingIp));
    await listen(instance11, "eleven");
    await listen(instance12, "twelve");
  });
  afterAll(() => kernelLab.lab.down());

  test("is announced: who knew another MAC for it learns the router's", async () => {
    await kernelLab.lab.provider.output(neighbour("replace", ["lladdr", "02:00:00:00:00:99", "nud", "stale"]));
    expect((await kernelLab.realise(at11)).failures).toEqual([]);
    await eventually(async () => {
      expect(await kernelLab.lab.provider.output(neighbour("show", []))).toContain("fa:16:3e:00:02:01");
    });
  });

  test("reaches its instance from outside", async () => {
    await internet.output(["ping", "-c1", "-W10", floating]);
  });

  test("is the source of its instance's packets outside", async () => {
    const capture = await startCapture(internet, "eth0", "icmp");
    await instance11.output(["ping", "-c1", "-W10", "198.18.200.1"]);
    expect((await capture.stop()).join("\n")).toContain(`${floating} > 198.18.200.1: ICMP echo request`);
  });

  test("answers its neighbour in the same network, its own instance and the router", async () => {
    await instance12.output(["ping", "-c1", "-W10", floating]);
    await instance11.output(["ping", "-c1", "-W10", floating]);
    await routerPlace.output(["ping", "-c1", "-W10", floating]);
  });

  test("that moves takes its open connections down, and no others", async () => {
    const both = floatingIp(2, 1, "10.0.1.12");
    await kernelLab.realise(desiredState(...withoutFloatingIp, floatingIp(1, 1, "10.0.1.11"), both));
    const moving = await connect(floating, "eleven");
    const staying = await connect("203.0.113.202", "twelve");

    const moved = desiredState(...withoutFloatingIp, floatingIp(1, 1, "10.0.1.12"), both);
    expect(await entriesTo("10.0.1.11")).not.toEqual([]);
    expect((await kernelLab.realise(moved)).failures).toEqual([]);
    expect(await moving.exited).toBe(3);
    expect(await entriesTo("10.0.1.11")).toEqual([]);
    const answers = printed(staying).length;
    await eventually(() => expect(printed(staying).length).toBeGreaterThan(answers + 5));
    await connect(floating, "twelve");
  });

  test("that is removed lets nothing through, open connections included", async () => {
    const open = await connect(floating, "twelve");
    expect((await kernelLab.realise(desiredState(...withoutFloatingIp))).failures).toEqual([]);
    const answers = printed(open).length;
    expect((await internet.run(["ping", "-c2", "-i0.2", "-W1", floating])).code).not.toBe(0);
    expect(printed(open).length).toBeLessThanOrEqual(answers + 1);
    expect(await entriesTo("10.0.1.12")).toEqual([]);
  });

  test("whose agent died between its rules and its connections is revoked by the next plan", async () => {
    const at12 = desiredState(...withoutFloatingIp, floatingIp(1, 1, "10.0.1.12"));
    await kernelLab.realise(at12);
    await connect(floating, "twelve");
    await forgetRules[backend]();
    expect(await entriesTo("10.0.1.12")).not.toEqual([]);
    expect((await kernelLab.realise(desiredState(...withoutFloatingIp))).failures).toEqual([]);
    expect(await entriesTo("10.0.1.12")).toEqual([]);
  });

  /** The floating IP's alone. */
  const forgetRules = {
    iptables: () =>
      routerPlace.output(["iptables-restore", "--noflush"], {
        input:
          "*nat\n:rhumbline-PREROUTING - [0:0]\n:rhumbline-OUTPUT - [0:0]\n:rhumbline-float-snat - [0:0]\nCOMMIT\n",
      }),
    nftables: () =>
      routerPlace.output(["nft", "flush map ip rhumbline floating-ips; flush map ip rhumbline fixed-ips"]),
  };

  function neighbour(action: string, settings: readonly string[]): string[] {
    return ["ip", "neigh", action, floating, ...settings, "dev", "eth0"];
  }

  async function listen(instance: LabInstance, name: string): Promise<void> {
    const server = await instance.spawn(echoServer(name), { name: `echo-${name}` });
    await eventually(() => expect(printed(server)).toContain("listening"));
  }

  async function connect(address: string, name: string): Promise<LabProcess> {
    const client = await internet.spawn(echoClient(address), { name: `client-${randomUUID()}` });
    await eventually(() => expect(printed(client)).toContain(name));
    return client;
  }

  async function entriesTo(fixedIp: string): Promise<string[]> {
    return (await conntrackEntries(routerPlace)).filter((entry) => entry.includes(`src=${fixedIp} dst=198.18.200.1`));
  }
});

function printed(process: LabProcess): string[] {
  return readFileSync(process.outputFile, "utf8").split("\n");
}
