import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { conntrackEntries, type LabInstance, type LabProcess, type Place } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  desiredState,
  externalNetwork,
  instancePort,
  portForwarding,
  router,
  tenantNetwork,
} from "../../../services/node-agent/src/kernel/contract/sample-state.ts";
import { eventually } from "../../support/eventually.ts";
import { type KernelLab, startKernelLab } from "../../support/kernel-lab.ts";
import { requiresRoot } from "../../support/requires-root.ts";
import { ask, echoClient, portsServer } from "./echo-programs.ts";

const routed = [externalNetwork(), tenantNetwork(1), instancePort(11, 1), instancePort(12, 1), router(1, [1])] as const;
const floating = "203.0.113.221";
const shared = { floatingIpAddress: floating };
/** TCP 8080-8090 to 80-90 of instance 11. */
const range = portForwarding(1, 1, "10.0.1.11");
/** UDP 53 to 5353 of instance 12. */
const names = portForwarding(2, 1, "10.0.1.12", {
  ...shared,
  protocol: "udp",
  externalFirst: 53,
  externalLast: 53,
  internalFirst: 5353,
  internalLast: 5353,
});
/** TCP 9000-9002 to 90 of instance 12. */
const toOne = portForwarding(3, 1, "10.0.1.12", {
  ...shared,
  externalFirst: 9000,
  externalLast: 9002,
  internalFirst: 90,
  internalLast: 90,
});
const forgetForwardings = {
  iptables: ["iptables", "-t", "nat", "-F", "rhumbline-fip-pf"],
  nftables: ["nft", "flush map ip rhumbline forwarded-ports; flush map ip rhumbline forwarded-ranges"],
};
const all = [range, names, toOne] as const;

describe.each([
  ["iptables", "process"],
  ["nftables", "native"],
] as const)("ports of a floating IP, by %s and the %s driver", requiresRoot, (backend, driver) => {
  let kernelLab: KernelLab;
  let instance11: LabInstance;
  let instance12: LabInstance;
  let internet: Place;
  let routerPlace: Place;

  beforeAll(async () => {
    kernelLab = await startKernelLab(driver, { backend });
    internet = kernelLab.lab.internet;
    routerPlace = kernelLab.node.netns("qrouter-a0000001-0000-4000-8000-000000000000");
    instance11 = await kernelLab.plugInstance(11, 1);
    instance12 = await kernelLab.plugInstance(12, 1);
    expect((await kernelLab.realise(desiredState(...routed, ...all))).failures).toEqual([]);
    await listen(instance11, [80, 85, 90]);
    await listen(instance12, [90, 5353]);
  });
  afterAll(() => kernelLab.lab.down());

  test("lead each to the one in its place, for TCP", async () => {
    for (const [port, internal] of [
      [8080, 80],
      [8085, 85],
      [8090, 90],
    ] as const) {
      expect(await answer(internet, "tcp", port)).toBe(`10.0.1.11:${internal} to 198.18.200.1`);
    }
  });

  test("lead to a single one of another instance, and for UDP", async () => {
    expect(await answer(internet, "tcp", 9000)).toBe("10.0.1.12:90 to 198.18.200.1");
    expect(await answer(internet, "tcp", 9002)).toBe("10.0.1.12:90 to 198.18.200.1");
    expect(await answer(internet, "udp", 53)).toBe("10.0.1.12:5353 to 198.18.200.1");
  });

  test("are reached from their own network, from the instance itself and from the router", async () => {
    expect(await answer(instance12, "tcp", 8080)).toBe("10.0.1.11:80 to 203.0.113.101");
    expect(await answer(instance11, "tcp", 8080)).toBe("10.0.1.11:80 to 203.0.113.101");
    expect(await answer(instance11, "udp", 53)).toBe("10.0.1.12:5353 to 203.0.113.101");
    expect(await answer(routerPlace, "tcp", 9001)).toMatch(/^10\.0\.1\.12:90 to /);
  });

  test("that are not forwarded lead nowhere, and neither does the other protocol", async () => {
    for (const port of [8079, 8091, 22, 53]) expect(await answer(internet, "tcp", port)).toBe("ECONNREFUSED");
  });

  test("that are closed take their open connections along, and no others", async () => {
    const [low, high, other] = [await connect(8080), await connect(8090), await connect(9000)];
    const shorter = portForwarding(1, 1, "10.0.1.11", { externalLast: 8085, internalLast: 85 });
    const { failures } = await kernelLab.realise(desiredState(...routed, shorter, names, toOne));
    expect(failures).toEqual([]);
    expect(await high.exited).toBe(3);
    expect(await entries("dport=8090 ")).toEqual([]);
    for (const open of [low, other]) {
      const answers = printed(open).length;
      await eventually(() => expect(printed(open).length).toBeGreaterThan(answers + 5));
    }
  });

  test("that lead elsewhere now have no connection to where they led", async () => {
    const moving = await connect(9001);
    const moved = portForwarding(3, 1, "10.0.1.11", {
      ...shared,
      externalFirst: 9000,
      externalLast: 9002,
      internalFirst: 90,
      internalLast: 90,
    });
    expect((await kernelLab.realise(desiredState(...routed, range, names, moved))).failures).toEqual([]);
    expect(await moving.exited).toBe(3);
    expect(await answer(internet, "tcp", 9001)).toBe("10.0.1.11:90 to 198.18.200.1");
  });

  test("whose floating IP forwards nothing any more are gone with its address", async () => {
    const open = await connect(8080);
    expect((await kernelLab.realise(desiredState(...routed))).failures).toEqual([]);
    // What its client goes on sending may be tracked, but leads to no instance.
    expect((await entries(`dst=${floating} `)).filter((entry) => entry.includes("src=10.0.1."))).toEqual([]);
    const answers = printed(open).length;
    expect((await internet.run(["ping", "-c1", "-W1", floating])).code).not.toBe(0);
    expect(printed(open).length).toBeLessThanOrEqual(answers + 1);
    expect(await routerPlace.output(["ip", "address", "show"])).not.toContain(floating);
  });

  test("whose forwarding rule a person deleted are drift, and forwarded again", async () => {
    await kernelLab.realise(desiredState(...routed, ...all));
    await routerPlace.output(forgetForwardings[backend]);
    expect(await answer(internet, "tcp", 8080)).toBe("ECONNREFUSED");
    await kernelLab.realise(desiredState(...routed, ...all));
    expect(await answer(internet, "tcp", 8080)).toBe("10.0.1.11:80 to 198.18.200.1");
  });

  async function listen(instance: LabInstance, ports: readonly number[]): Promise<void> {
    const server = await instance.spawn(portsServer(ports), { name: `ports-${randomUUID()}` });
    await eventually(() =>
      expect(printed(server).filter((line) => line === "listening")).toHaveLength(2 * ports.length),
    );
  }

  /** What answers at the port, or with what error nobody does. */
  async function answer(from: Place, protocol: "tcp" | "udp", port: number): Promise<string> {
    return (await from.output(ask(protocol, floating, port))).trim();
  }

  async function connect(port: number): Promise<LabProcess> {
    const client = await internet.spawn(echoClient(floating, port), { name: `client-${randomUUID()}` });
    await eventually(() => expect(printed(client).join()).toContain("10.0.1."));
    return client;
  }

  async function entries(text: string): Promise<string[]> {
    return (await conntrackEntries(routerPlace)).filter((entry) => entry.includes(text));
  }
});

function printed(process: LabProcess): string[] {
  return readFileSync(process.outputFile, "utf8")
    .split("\n")
    .filter((line) => line !== "");
}
