import type { LabInstance, Place } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  advertisedPort,
  desiredState,
  externalNetwork,
  gatewayPort,
  instancePort,
  router,
  sampleId,
  tenantNetwork,
} from "../../../services/node-agent/src/kernel/contract/sample-state.ts";
import { eventually } from "../../support/eventually.ts";
import { type KernelLab, startKernelLab } from "../../support/kernel-lab.ts";
import { requiresRoot } from "../../support/requires-root.ts";

const outside = "2001:db8:0:9::1";
const gatewayAddress = "2001:db8:0:9::101";
const base = [externalNetwork(), tenantNetwork(1, { mtu: 1450 }), instancePort(11, 1)] as const;
const port = advertisedPort(1, 1, "slaac");
/** Made of its MAC address: RFC 4291, appendix A. */
const ofLeg = "fe80::f816:3eff:fe00:311";
const advertiser = `radvd-${port.portId}`;
const routed = (...interfaces: readonly (typeof port)[]) =>
  router(1, [], {
    gateway: gatewayPort(1, { addresses: ["203.0.113.101/24", `${gatewayAddress}/64`] }),
    gatewayNextHops: ["203.0.113.1", outside],
    interfaces: interfaces.map((each) => ({ ...each, mtu: 1450 })),
  });
const advertised = desiredState(...base, routed(port));

describe.each(["process", "native"] as const)(
  "an instance that hears its router, kernel by %s",
  requiresRoot,
  (driver) => {
    let kernelLab: KernelLab;
    let provider: Place;
    let instance: LabInstance;

    beforeAll(async () => {
      kernelLab = await startKernelLab(driver);
      provider = kernelLab.lab.provider;
      await provider.output(["sysctl", "-qw", "net.ipv6.conf.eth0.disable_ipv6=0", "net.ipv6.conf.all.forwarding=1"]);
      await provider.output(["ip", "address", "add", `${outside}/64`, "dev", "eth0", "nodad"]);
      await provider.output(["ip", "-6", "route", "add", "2001:db8:0:1::/64", "via", gatewayAddress, "dev", "eth0"]);
      instance = await kernelLab.plugAskingInstance(11);
      await realise(advertised);
    });
    afterAll(() => kernelLab.lab.down());

    async function realise(state: typeof advertised): Promise<string[]> {
      const { failures, executed } = await kernelLab.realise(state);
      expect(failures).toEqual([]);
      return executed.map(({ text }) => text.split("\n", 1).join(""));
    }

    /** As a host does whose link comes up: RFC 4861, section 6.3.7. What is said unasked may take a router 16 seconds. */
    async function solicit(): Promise<void> {
      for (const to of ["down", "up"]) await instance.output(["ip", "link", "set", "eth0", to]);
    }

    const defaultRoutes = (): Promise<string> => instance.output(["ip", "-6", "route", "show", "default"]);
    const ofRouter = `qrouter-${sampleId("a", 1)}`;
    const advertisers = (): number[] =>
      kernelLab.node.processes().flatMap(({ pid, argv }) => (argv[0] === "radvd" ? [pid] : []));

    test("makes an address, takes the router's own for the way out, and reaches the outside", async () => {
      await eventually(async () => {
        const address = await instance.output(["ip", "-6", "address", "show", "dev", "eth0", "scope", "global"]);
        expect(address).toContain("2001:db8:0:1:f816:3eff:fe00:111/64");
      });
      await eventually(async () => expect(await defaultRoutes()).toContain(`via ${ofLeg} `));
      expect(await defaultRoutes()).toContain("mtu 1450");
      await eventually(async () => {
        await instance.output(["ping", "-c1", "-W10", outside]);
      });
    });

    test("hears another name server from the program that runs", async () => {
      const running = advertisers();
      const done = await realise(desiredState(...base, routed(advertisedPort(1, 1, "slaac", ["2001:db8::54"]))));
      expect(done).toEqual([
        `${ofRouter}: write ${advertiser}/advertise/radvd.conf`,
        `${ofRouter}: reload ${advertiser}`,
      ]);
      expect(advertisers()).toEqual(running);
      expect(await defaultRoutes()).toContain("via fe80::");
    });

    test("has the way out no longer once the router left the network, whose last word says so", async () => {
      const done = await realise(desiredState(...base, routed()));
      expect(done).toContain(`${ofRouter}: end ${advertiser}`);
      await eventually(async () => expect(await defaultRoutes()).toBe(""));
      expect(advertisers()).toEqual([]);
    });

    test("has it no longer when the router is set administratively down", async () => {
      await realise(advertised);
      await solicit();
      await eventually(async () => expect(await defaultRoutes()).toContain("via fe80::"));
      const [key, up] = routed(port);
      if (up.resource?.$case !== "router") throw new Error("no router");
      const value = { ...up.resource.value, adminStateUp: false };
      const done = await realise(desiredState(...base, [key, { ...up, resource: { $case: "router", value } }]));
      expect(done).toContain(`${ofRouter}: end ${advertiser}`);
      await eventually(async () => expect(await defaultRoutes()).toBe(""));
    });

    test("keeps it when the router goes to another node: nothing is said that would be taken for the other's word", async () => {
      await realise(advertised);
      await solicit();
      await eventually(async () => expect(await defaultRoutes()).toContain("via fe80::"));
      const done = await realise(desiredState(...base));
      expect(done).toContain(`${ofRouter}: end ${advertiser} without a word`);
      expect(advertisers()).toEqual([]);
      expect(await defaultRoutes()).toContain("via fe80::");
    });

    test("hears it again when the door that it stands behind opens", async () => {
      await realise(desiredState(...base, routed()));
      await instance.output(["ip", "-6", "route", "flush", "default"]);
      const [key, standby] = routed(port);
      if (standby.resource?.$case !== "router") throw new Error("no router");
      const value = { ...standby.resource.value, standby: true };
      await realise(desiredState(...base, [key, { ...standby, resource: { $case: "router", value } }]));
      expect(advertisers()).not.toEqual([]);
      expect(await defaultRoutes()).toBe("");
      await realise(advertised);
      await eventually(async () => expect(await defaultRoutes()).toContain("via fe80::"));
    });
  },
);
