import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { conntrackEntries, type LabInstance, type LabProcess, type Place, startCapture } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  desiredState,
  externalNetwork,
  floatingIp,
  gatewayPort,
  instancePort,
  interfacePort,
  router,
  sampleId,
  tenantNetwork,
} from "../../../services/node-agent/src/kernel/contract/sample-state.ts";
import { eventually } from "../../support/eventually.ts";
import { type KernelLab, startKernelLab } from "../../support/kernel-lab.ts";
import { requiresRoot } from "../../support/requires-root.ts";
import { echoClient, echoServer } from "./echo-programs.ts";

const networks = [externalNetwork(), tenantNetwork(1), tenantNetwork(2), tenantNetwork(3)] as const;
const ports = [instancePort(11, 1), instancePort(12, 1), instancePort(21, 2), instancePort(31, 3)] as const;
const base = [...networks, ...ports] as const;
const noGateway = { gateway: undefined, gatewayNextHops: [] };
const internetAddress = "198.18.200.1";

describe("what routers are asked for", requiresRoot, () => {
  let kernelLab: KernelLab;
  let instance11: LabInstance;
  let instance12: LabInstance;
  let instance21: LabInstance;
  /** In another project's network, with the address of instance 11. */
  let instance31: LabInstance;
  let internet: Place;

  beforeAll(async () => {
    kernelLab = await startKernelLab("native");
    internet = kernelLab.lab.internet;
    instance11 = await kernelLab.plugInstance(11, 1);
    instance12 = await kernelLab.plugInstance(12, 1);
    instance21 = await kernelLab.plugInstance(21, 2);
    instance31 = await kernelLab.node.plugInstance({
      name: "instance31",
      portId: sampleId("c", 31),
      mac: "fa:16:3e:00:01:31",
      address: "10.0.1.11/24",
      gateway: "10.0.1.1",
    });
    await realise(router(1, [1, 2]));
  });
  afterAll(() => kernelLab.lab.down());

  test("a router without a gateway links its networks and leads nowhere else", async () => {
    await realise(router(1, [1, 2], noGateway));
    await pings(instance11, "10.0.2.21");
    await lost(instance11, internetAddress);
  });

  test("a connection between its networks outlives the gateway that a router is given, and that it loses", async () => {
    await realise(router(1, [1, 2], noGateway));
    await listen(instance12, "twelve");
    const client = await connect("10.0.1.12", "twelve", instance21);
    for (const gateway of [{}, noGateway]) {
      await realise(router(1, [1, 2], gateway));
      const capture = await startCapture(instance12, "eth0", "tcp port 9000");
      const answered = printed(client).length;
      await eventually(() => expect(printed(client).length).toBeGreaterThan(answered + 2));
      const frames = await capture.stop();
      expect(frames).not.toEqual([]);
      expect(frames.filter((frame) => !frame.includes("10.0.2.21"))).toEqual([]);
    }
    client.kill("SIGTERM");
  });

  test("two subnets of one network are two legs, and reach each other and the outside", async () => {
    const second = interfacePort(1, 5, { networkId: sampleId("b", 1), addresses: ["10.0.5.1/24"] });
    await realise(router(1, [], { interfaces: [interfacePort(1, 1), second] }));
    await instance12.output(["ip", "address", "add", "10.0.5.12/24", "dev", "eth0"]);
    await pings(instance11, "10.0.5.12");
    await pings(instance12, internetAddress, "10.0.5.12");
  });

  test("a router, a port and a network that are down let nothing through, and all of it again when up", async () => {
    const up = [router(1, [1, 2])] as const;
    await realise(...up);
    await pings(instance11, "10.0.2.21");
    await realise(router(1, [1, 2], { adminStateUp: false }));
    await lost(instance11, "10.0.2.21");
    await realise(...up, instancePort(21, 2, { adminStateUp: false }));
    await lost(instance11, "10.0.2.21");
    await realise(...up, tenantNetwork(2, { adminStateUp: false }));
    await lost(instance11, "10.0.2.21");
    await pings(instance11, "10.0.1.12");
    await realise(...up);
    // The router may just be giving up on a neighbour that it asked for while the network was down.
    await eventually(() => pings(instance11, "10.0.2.21"));
  });

  test("two projects with the same addresses never meet", async () => {
    const other = router(2, [], { interfaces: [interfacePort(2, 3, { addresses: ["10.0.1.1/24"] })] });
    await realise(router(1, [1]), other, floatingIp(1, 1, "10.0.1.11"), floatingIp(2, 2, "10.0.1.11"));
    const [first, second] = [
      await startCapture(instance11, "eth0", "icmp"),
      await startCapture(instance31, "eth0", "icmp"),
    ];
    await pings(internet, "203.0.113.201");
    expect(await second.stop()).toEqual([]);
    expect((await first.stop()).join("\n")).toContain(`${internetAddress} > 10.0.1.11: ICMP echo request`);
    const outside = await startCapture(internet, "eth0", "icmp");
    await pings(instance31, internetAddress);
    expect((await outside.stop()).join("\n")).toContain(`203.0.113.202 > ${internetAddress}: ICMP echo request`);
  });

  test("a floating IP calls another of its router, each under its own", async () => {
    await realise(router(1, [1]), floatingIp(1, 1, "10.0.1.11"), floatingIp(2, 1, "10.0.1.12"));
    const capture = await startCapture(instance12, "eth0", "icmp");
    await pings(instance11, "203.0.113.202");
    expect((await capture.stop()).join("\n")).toContain("203.0.113.201 > 10.0.1.12: ICMP echo request");
  });

  test("floating IPs of one port stand each for one of its addresses", async () => {
    await instance11.output(["ip", "address", "add", "10.0.1.14/24", "dev", "eth0"]);
    await realise(router(1, [1]), floatingIp(1, 1, "10.0.1.11"), floatingIp(2, 1, "10.0.1.14"));
    for (const [floating, fixed] of [
      ["203.0.113.201", "10.0.1.11"],
      ["203.0.113.202", "10.0.1.14"],
    ] as const) {
      const capture = await startCapture(instance11, "eth0", "icmp");
      await pings(internet, floating);
      expect((await capture.stop()).join("\n")).toContain(`${internetAddress} > ${fixed}: ICMP echo request`);
    }
  });

  test("a floating IP that moves to another router takes its connections down, and is reached there", async () => {
    await realise(router(1, [1]), router(2, [2]), floatingIp(1, 1, "10.0.1.11"));
    await listen(instance11, "eleven");
    await listen(instance21, "twenty-one");
    const moving = await connect("203.0.113.201", "eleven");
    await realise(router(1, [1]), router(2, [2]), floatingIp(1, 2, "10.0.2.21"));
    expect(await moving.exited).toBe(3);
    const before = kernelLab.node.netns(`qrouter-${sampleId("a", 1)}`);
    expect((await conntrackEntries(before)).filter((entry) => entry.includes("203.0.113.201"))).toEqual([]);
    // Until its neighbours heard of the move, the router that has it no more hands on what they send.
    await eventually(async () =>
      expect(await kernelLab.lab.provider.output(["ip", "neigh", "show", "203.0.113.201"])).toContain(
        gatewayPort(2).macAddress,
      ),
    );
    await connect("203.0.113.201", "twenty-one");
  });

  test("an extra route leads through another router to a network behind it", async () => {
    const middle = interfacePort(2, 1, { addresses: ["10.0.1.254/24"] });
    const behind = router(2, [], { ...noGateway, interfaces: [middle, interfacePort(2, 2)] });
    const route = { destination: "10.0.2.0/24", nextHop: "10.0.1.254" };
    await realise(router(1, [1], { routes: [route] }), behind);
    await instance21.output(["ip", "route", "replace", "10.0.1.0/24", "via", "10.0.2.1"]);
    await pings(instance11, "10.0.2.21");
    await realise(router(1, [1]), behind);
    await lost(instance11, "10.0.2.21");
  });

  test("a gateway with another address sends instances out under that one", async () => {
    await realise(router(1, [1]));
    await pings(instance12, internetAddress, "10.0.1.12");
    await realise(router(1, [1], { gateway: gatewayPort(1, { addresses: ["203.0.113.150/24"] }) }));
    const capture = await startCapture(internet, "eth0", "icmp");
    await pings(instance12, internetAddress, "10.0.1.12");
    expect((await capture.stop()).join("\n")).toContain(`203.0.113.150 > ${internetAddress}: ICMP echo request`);
  });

  /** With the networks and ports that stand throughout, but for those that are given. */
  async function realise(...entries: ReturnType<typeof router>[]): Promise<void> {
    expect((await kernelLab.realise(desiredState(...base, ...entries))).failures).toEqual([]);
  }

  async function listen(instance: LabInstance, name: string): Promise<void> {
    const server = await instance.spawn(echoServer(name), { name: `echo-${name}` });
    await eventually(() => expect(printed(server)).toContain("listening"));
  }

  async function connect(address: string, name: string, from: Place = internet): Promise<LabProcess> {
    const client = await from.spawn(echoClient(address), { name: `client-${randomUUID()}` });
    await eventually(() => expect(printed(client)).toContain(name));
    return client;
  }
});

/** @param source one of several addresses. */
async function pings(from: Place, address: string, source?: string): Promise<void> {
  await from.output(["ping", "-c1", "-W10", ...(source === undefined ? [] : ["-I", source]), address]);
}

async function lost(from: Place, address: string): Promise<void> {
  expect((await from.run(["ping", "-c2", "-i0.2", "-W1", address])).code).not.toBe(0);
}

function printed(process: LabProcess): string[] {
  return readFileSync(process.outputFile, "utf8").split("\n");
}
