import { type LabInstance, startCapture } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  desiredState,
  externalNetwork,
  instancePort,
  router,
  tenantNetwork,
} from "../../../services/node-agent/src/kernel/contract/sample-state.ts";
import { eventually } from "../../support/eventually.ts";
import { type KernelLab, startKernelLab } from "../../support/kernel-lab.ts";
import { requiresRoot } from "../../support/requires-root.ts";

const ports = [instancePort(11, 1), instancePort(12, 1), instancePort(21, 2)];
const networks = [externalNetwork(), tenantNetwork(1), tenantNetwork(2)];
const internetAddress = "198.18.200.1";

describe("a router with two tenant networks and a gateway", requiresRoot, () => {
  let kernelLab: KernelLab;
  let instance11: LabInstance;

  beforeAll(async () => {
    kernelLab = await startKernelLab();
    instance11 = await kernelLab.plugInstance(11, 1);
    await kernelLab.plugInstance(12, 1);
    await kernelLab.plugInstance(21, 2);
    const { failures } = await kernelLab.realise(desiredState(...networks, ...ports, router(1, [1, 2])));
    expect(failures).toEqual([]);
  });
  afterAll(() => kernelLab.lab.down());

  test("answers at the address that is the instances' gateway", async () => {
    await pings(instance11, "10.0.1.1");
  });

  test("instances of one network reach each other", async () => {
    await pings(instance11, "10.0.1.12");
  });

  test("instances of two networks reach each other, with their own addresses", async () => {
    const capture = await startCapture(kernelLab.node.netns("instance21"), "eth0", "icmp");
    await pings(instance11, "10.0.2.21");
    expect((await capture.stop()).join("\n")).toContain("10.0.1.11 > 10.0.2.21: ICMP echo request");
  });

  test("the outside sees an instance's packets come from the gateway address", async () => {
    const capture = await startCapture(kernelLab.lab.internet, "eth0", "icmp");
    await pings(instance11, internetAddress);
    expect((await capture.stop()).join("\n")).toContain(`203.0.113.101 > ${internetAddress}: ICMP echo request`);
  });

  test("the router's own packets keep their source port", async () => {
    const namespace = kernelLab.node.netns("qrouter-a0000001-0000-4000-8000-000000000000");
    const capture = await startCapture(kernelLab.lab.internet, "eth0", "udp");
    const send = `require("node:dgram").createSocket("udp4").bind(4500, function () { this.send("x", 4500, "${internetAddress}", () => this.close()) })`;
    await namespace.output([process.execPath, "-e", send]);
    await eventually(() => expect(capture.packets().join("\n")).toContain("203.0.113.101.4500 >"));
    await capture.stop();
  });

  test("without SNAT the instance's own address goes out", async () => {
    await kernelLab.realise(desiredState(...networks, ...ports, router(1, [1, 2], { enableSnat: false })));
    const capture = await startCapture(kernelLab.lab.provider, "eth0", "icmp");
    await instance11.run(["ping", "-c1", "-W1", internetAddress]);
    expect((await capture.stop()).join("\n")).toContain(`10.0.1.11 > ${internetAddress}: ICMP echo request`);
  });
});

async function pings(instance: LabInstance, address: string): Promise<void> {
  await instance.output(["ping", "-c1", "-W10", address]);
}
