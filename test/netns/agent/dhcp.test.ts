import { askForLease, type LabInstance } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  desiredState,
  dhcpServer,
  instancePort,
  remotePort,
  sampleId,
  tenantNetwork,
} from "../../../services/node-agent/src/kernel/contract/sample-state.ts";
import { type KernelLab, startKernelLab } from "../../support/kernel-lab.ts";
import { requiresRoot } from "../../support/requires-root.ts";

const network = tenantNetwork(1, { mtu: 1450 });
const helper = `dnsmasq-${sampleId("b", 1)}`;

describe.each(["process", "native"] as const)(
  "instances that ask for their address, kernel by %s",
  requiresRoot,
  (driver) => {
    let kernelLab: KernelLab;
    let first: LabInstance;
    let second: LabInstance;

    beforeAll(async () => {
      kernelLab = await startKernelLab(driver);
      first = await kernelLab.plugAskingInstance(11);
      second = await kernelLab.plugAskingInstance(12);
      await realise(network, dhcpServer(1, { mtu: 1450 }), instancePort(11, 1));
    });
    afterAll(() => kernelLab.lab.down());

    async function realise(...entries: readonly ReturnType<typeof tenantNetwork>[]): Promise<string[]> {
      const { failures, executed } = await kernelLab.realise(desiredState(...entries));
      expect(failures).toEqual([]);
      return executed.map(({ text }) => text.split("\n", 1).join(""));
    }

    const servers = async (): Promise<string[]> =>
      kernelLab.node
        .processes()
        .filter(({ argv }) => argv[0]?.includes("dnsmasq"))
        .map(({ pid }) => `${pid}`);

    test("get it with mask, gateway, name servers, MTU and lease time", async () => {
      expect(await askForLease(first)).toMatchObject({
        ip: "10.0.1.11",
        mask: "24",
        router: "10.0.1.1",
        dns: "192.0.2.53",
        mtu: "1450",
        domain: "example.org",
        lease: "86400",
        serverid: "10.0.1.2",
      });
    });

    test("get none while no port has their MAC address, and theirs as soon as one has, with no program started", async () => {
      const running = await servers();
      expect(await askForLease(second)).toBeUndefined();
      const done = await realise(network, dhcpServer(1, { mtu: 1450 }), instancePort(11, 1), instancePort(12, 1));
      expect(done.filter((text) => text.includes(helper))).toEqual([
        `qdhcp-${sampleId("b", 1)}: write ${helper}/hosts/${sampleId("c", 12)}`,
        `qdhcp-${sampleId("b", 1)}: reload ${helper}`,
      ]);
      expect(await askForLease(second)).toMatchObject({ ip: "10.0.1.12" });
      expect(await servers()).toEqual(running);
    });

    test("find each other by name, those of other nodes too, and hear their own", async () => {
      const named = tenantNetwork(1, { mtu: 1450, dnsDomain: "shop.example.org" });
      const others = [remotePort(21, 1, { dnsName: "db", ipAddresses: ["10.0.1.21", "2001:db8:0:1::21"] })];
      await realise(named, dhcpServer(1, { mtu: 1450 }), instancePort(11, 1, { dnsName: "web1" }), ...others);
      const lease = await askForLease(first);
      expect(lease).toMatchObject({ hostname: "web1", domain: "shop.example.org" });
      const running = await servers();
      await first.output(["ip", "address", "replace", `${lease?.["ip"]}/24`, "dev", "eth0"]);
      const found = async (name: string): Promise<string> =>
        (await first.run(["busybox", "nslookup", name, "10.0.1.2"])).stdout;
      expect(await found("db.shop.example.org")).toMatch(/10\.0\.1\.21\n(.*\n)*.*2001:db8:0:1::21/);
      expect(await found("web1.shop.example.org")).toContain("10.0.1.11");
      expect(await found("10.0.1.21")).toContain("db.shop.example.org");
      expect(await found("gone.shop.example.org")).toContain("NXDOMAIN");
      await realise(named, dhcpServer(1, { mtu: 1450 }), instancePort(11, 1, { dnsName: "web2" }), ...others);
      expect(await found("web2.shop.example.org")).toContain("10.0.1.11");
      expect(await servers()).toEqual(running);
    });
  },
);
