import { readFileSync } from "node:fs";
import { type LabInstance, type LabProcess, type Place, startCapture } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  desiredState,
  externalNetwork,
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

const outside = "2001:db8:0:9::1";
const gatewayAddress = "2001:db8:0:9::101";
const base = [externalNetwork(), tenantNetwork(1), tenantNetwork(2), instancePort(11, 1), instancePort(21, 2)] as const;
const addressed = (address: string) =>
  router(1, [], {
    gateway: gatewayPort(1, { addresses: ["203.0.113.101/24", `${address}/64`] }),
    gatewayNextHops: ["203.0.113.1", outside],
    interfaces: [1, 2].map((number) =>
      interfacePort(1, number, { addresses: [`10.0.${number}.1/24`, `2001:db8:0:${number}::1/64`] }),
    ),
    routes: [{ destination: "2001:db8:77::/64", nextHop: "2001:db8:0:2::21" }],
  });

describe.each(["process", "native"] as const)("IPv6 through a router, by driver %s", requiresRoot, (driver) => {
  let kernelLab: KernelLab;
  let instance11: LabInstance;
  let instance21: LabInstance;
  let provider: Place;
  let routerPlace: Place;

  beforeAll(async () => {
    kernelLab = await startKernelLab(driver);
    provider = kernelLab.lab.provider;
    routerPlace = kernelLab.node.netns("qrouter-a0000001-0000-4000-8000-000000000000");
    await provider.output(["sysctl", "-qw", "net.ipv6.conf.eth0.disable_ipv6=0", "net.ipv6.conf.all.forwarding=1"]);
    await provider.output(["ip", "address", "add", `${outside}/64`, "dev", "eth0", "nodad"]);
    for (const number of [1, 2]) {
      const route = ["ip", "-6", "route", "add", `2001:db8:0:${number}::/64`, "via", gatewayAddress, "dev", "eth0"];
      await provider.output(route);
    }
    instance11 = await plug(11, 1);
    instance21 = await plug(21, 2);
    await provider.output([
      "ip",
      "neigh",
      "replace",
      gatewayAddress,
      "lladdr",
      "02:00:00:00:00:99",
      "nud",
      "stale",
      "dev",
      "eth0",
    ]);
    expect((await kernelLab.realise(desiredState(...base, addressed(gatewayAddress)))).failures).toEqual([]);
  });
  afterAll(() => kernelLab.lab.down());

  test("a new address is announced: who knew another MAC for it learns the router's", async () => {
    await eventually(async () => {
      expect(await provider.output(["ip", "neigh", "show", gatewayAddress])).toContain("fa:16:3e:00:02:01");
    });
  });

  test("instances of two networks reach each other, and what lies behind one of them by an extra route", async () => {
    await pings(instance11, "2001:db8:0:2::21");
    await instance21.output(["ip", "address", "add", "2001:db8:77::7/128", "dev", "lo"]);
    await pings(instance11, "2001:db8:77::7");
  });

  test("the outside is reached by the default route and sees the instance's own address", async () => {
    const capture = await startCapture(provider, "eth0", "icmp6");
    await pings(instance11, outside);
    expect((await capture.stop()).join("\n")).toContain(`2001:db8:0:1::11 > ${outside}: ICMP6, echo request`);
  });

  test("an instance is reached from outside, over TCP too", async () => {
    await pings(provider, "2001:db8:0:1::11");
    const server = await instance11.spawn(echoServer("eleven", "::"), { name: "echo6" });
    await eventually(() => expect(printed(server)).toContain("listening"));
    const client = await provider.spawn(echoClient("2001:db8:0:1::11"), { name: "client6" });
    await eventually(() => expect(printed(client)).toContain("eleven"));
  });

  test("no host-side device speaks of its own", async () => {
    const settings = await kernelLab.node.output(["sh", "-c", "grep -H . /proc/sys/net/ipv6/conf/tap*/disable_ipv6"]);
    expect(
      settings
        .trim()
        .split("\n")
        .filter((line) => !line.endsWith(":1")),
    ).toEqual([]);
    expect(await kernelLab.node.output(["ip", "-6", "address", "show"])).not.toContain("fe80");
  });

  test("another gateway address is announced, and a router without IPv6 speaks none", async () => {
    await kernelLab.realise(desiredState(...base, addressed("2001:db8:0:9::102")));
    await eventually(async () => {
      await pings(provider, "2001:db8:0:9::102");
    });
    expect((await kernelLab.realise(desiredState(...base, router(1, [1])))).failures).toEqual([]);
    expect(await routerPlace.output(["ip", "-6", "address", "show"])).toBe("");
  });

  async function plug(number: number, network: number): Promise<LabInstance> {
    const instance = await kernelLab.node.plugInstance({
      name: `instance${number}`,
      portId: sampleId("c", number),
      mac: `fa:16:3e:00:01:${number}`,
      address: `2001:db8:0:${network}::${number}/64`,
      gateway: `2001:db8:0:${network}::1`,
    });
    // Until its kernel has made sure that nobody else has its address, it does not answer at it.
    const tentative = ["ip", "-6", "address", "show", "tentative"];
    await eventually(async () => expect(await instance.output(tentative)).toBe(""));
    return instance;
  }
});

async function pings(from: Place, address: string): Promise<void> {
  await from.output(["ping", "-c1", "-W10", address]);
}

function printed(process: LabProcess): string[] {
  return readFileSync(process.outputFile, "utf8").split("\n");
}
