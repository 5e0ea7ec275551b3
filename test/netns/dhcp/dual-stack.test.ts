import { askForLease, askForLeaseV6, type LabInstance, type PacketCapture, startCapture } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { expectVerified } from "../../support/expect-verified.ts";
import { requiresRoot } from "../../support/requires-root.ts";
import { type StackLab, startStackLab } from "../../support/stack-lab.ts";

interface Port {
  readonly id: string;
  readonly macAddress: string;
  readonly fixedIps: readonly { readonly ipAddress: string }[];
}

interface Given {
  readonly ipAddress: string;
  readonly clientId: string;
  readonly expireTime: string;
}

const modes = ["slaac", "dhcpv6-stateless", "dhcpv6-stateful"] as const;
const outside = "2001:db8:0:9::1";
const resolver = "2001:db8::53";

describe("instances of both IP versions, whose router is on another node", requiresRoot, () => {
  let stackLab: StackLab;
  const ports = new Map<string, Port>();
  const instances = new Map<string, LabInstance>();
  let underlay: PacketCapture;

  const rhumb = (...args: readonly string[]) => stackLab.stack.json<Record<string, unknown>>(...args);
  const prefixOf = (mode: string): string => `2001:db8:0:${modes.indexOf(mode as (typeof modes)[number]) + 1}::`;
  const instanceOf = (mode: string): LabInstance => {
    const instance = instances.get(mode);
    if (instance === undefined) throw new Error(`no instance in ${mode}`);
    return instance;
  };
  const addressOf = (mode: string, mark: ":" | "."): string =>
    ports.get(mode)?.fixedIps.find(({ ipAddress }) => ipAddress.includes(mark))?.ipAddress ?? "";

  beforeAll(async () => {
    stackLab = await startStackLab("node1", "node2");
    const { fabric } = stackLab.lab;
    underlay = await startCapture(fabric, "node1-eth0", "udp port 4789");
    await prepareOutside();
    const flat = ["--external", "--type", "flat", "--physical-network", "physnet1"];
    await rhumb("network", "create", "public", ...flat);
    await rhumb("subnet", "create", "public4", "--network", "public", "--cidr", "203.0.113.0/24");
    await rhumb("subnet", "create", "public6", "--network", "public", "--cidr", "2001:db8:0:9::/64");
    const router = ["router", "create", "r1", "--gateway", "public", "--gateway-ip", "203.0.113.9"];
    await rhumb("node", "cordon", "node2");
    await rhumb(...router, "--gateway-ip", "2001:db8:0:9::9", "--wait");
    await rhumb("node", "uncordon", "node2");
    for (const mode of modes) await makeNetwork(mode);
    for (const mode of modes) await makeInstance(mode);
  }, 600_000);
  afterAll(() => stackLab?.down());

  async function prepareOutside(): Promise<void> {
    const { provider } = stackLab.lab;
    await provider.output(["sysctl", "-qw", "net.ipv6.conf.eth0.disable_ipv6=0", "net.ipv6.conf.all.forwarding=1"]);
    await provider.output(["ip", "address", "add", `${outside}/64`, "dev", "eth0", "nodad"]);
    const way = ["via", "2001:db8:0:9::9", "dev", "eth0"];
    for (const mode of modes) await provider.output(["ip", "-6", "route", "add", `${prefixOf(mode)}/64`, ...way]);
  }

  async function makeNetwork(mode: string): Promise<void> {
    const number = modes.indexOf(mode as (typeof modes)[number]) + 1;
    await rhumb("network", "create", mode);
    const v4 = ["subnet", "create", `${mode}-4`, "--network", mode, "--cidr", `10.0.${number}.0/24`];
    await rhumb(...v4, "--dhcp", "--dns", "192.0.2.53");
    const v6 = ["subnet", "create", `${mode}-6`, "--network", mode, "--cidr", `${prefixOf(mode)}/64`];
    await rhumb(...v6, "--dhcp", "--dns", resolver, "--ipv6-ra-mode", mode, "--ipv6-address-mode", mode);
    for (const version of [4, 6]) await rhumb("router", "add-interface", "r1", "--subnet", `${mode}-${version}`);
  }

  async function makeInstance(mode: string): Promise<void> {
    const made = await rhumb("port", "create", mode, "--network", mode, "--host", "node2");
    const port = made["port"] as Port;
    ports.set(mode, port);
    const node = stackLab.node("node2");
    const instance = await node.plugInstance({ name: mode, portId: port.id, mac: port.macAddress });
    instances.set(mode, instance);
  }

  test.each(modes)("%s: the router is the way out, and the outside answers", async (mode) => {
    const instance = instanceOf(mode);
    await eventually(async () =>
      expect(await instance.output(["ip", "-6", "route", "show", "default"])).toMatch(/via fe80:.* proto ra /),
    );
    // Only there does nobody make its address but the server.
    const given = mode === "dhcpv6-stateful" ? (await askForLeaseV6(instance, "stateful"))?.["ip6_address"] : undefined;
    if (given !== undefined) await instance.output(["ip", "address", "add", `${given}/128`, "dev", "eth0", "nodad"]);
    await eventually(async () =>
      expect(await instance.output(["ip", "-6", "address", "show", "dev", "eth0"])).toContain(addressOf(mode, ":")),
    );
    await eventually(async () => void (await instance.output(["ping", "-c1", "-W2", outside])));
  });

  test("stateless: options come by DHCPv6, and no address", async () => {
    const told = await askForLeaseV6(instanceOf("dhcpv6-stateless"), "stateless");
    expect(told).toMatchObject({ dhcp6_name_servers: resolver });
    expect(told).not.toHaveProperty("ip6_address");
  });

  test("stateful: the port's address and options, also its own", async () => {
    await rhumb("port", "set", "dhcpv6-stateful", "--dhcp-option", "6:sntp-server,[2001:db8::123]");
    await eventually(async () =>
      expect(await askForLeaseV6(instanceOf("dhcpv6-stateful"), "stateful", ["dhcp6.sntp-servers"])).toMatchObject({
        ip6_address: addressOf("dhcpv6-stateful", ":"),
        dhcp6_name_servers: resolver,
        dhcp6_sntp_servers: "2001:db8::123",
      }),
    );
  });

  test.each(modes)("%s: IPv4 comes from the same node", async (mode) => {
    expect(await askForLease(instanceOf(mode))).toMatchObject({ ip: addressOf(mode, "."), dns: "192.0.2.53" });
  });

  test("what was given, to whom and until when, is explained, and so is a server that does not answer", async () => {
    const mode = "dhcpv6-stateful";
    expect(await askForLease(instanceOf(mode))).toBeDefined();
    const { given } = await rhumb("explain", "port", mode);
    const { leases, objection = "" } = given as { leases: Given[]; objection?: string };
    expect(objection).toBe("");
    expect(leases.map(({ ipAddress }) => ipAddress).sort()).toEqual(
      [addressOf(mode, "."), addressOf(mode, ":")].sort(),
    );
    const mac = ports.get(mode)?.macAddress ?? "";
    expect(leases.find(({ ipAddress }) => ipAddress.includes(":"))?.clientId).toBe(`00:03:00:01:${mac}`);
    for (const { expireTime } of leases) expect(Date.parse(expireTime)).toBeGreaterThan(Date.now());
    const { stdout } = await stackLab.stack.rhumb("explain", "port", mode);
    expect(stdout).toMatch(/until \S+, to 00:03:00:01:/);
    await stackLab.stack.kill(["agent-node2"]);
    const { given: unasked } = await rhumb("explain", "port", mode);
    expect((unasked as { objection?: string }).objection).toMatch(/does not answer|not on the bus|agent/);
    await stackLab.stack.start(["agent-node2"]);
    await stackLab.stack.ready(2);
  });

  test("who has another MAC address than its port gets nothing", async () => {
    const instance = instanceOf("dhcpv6-stateful");
    const card = (...settings: readonly string[]) => instance.output(["ip", "link", "set", "eth0", ...settings]);
    const mac = ports.get("dhcpv6-stateful")?.macAddress ?? "";
    await card("down", "address", "fa:16:3e:99:99:99");
    await card("up");
    expect(await askForLease(instance)).toBeUndefined();
    expect((await askForLeaseV6(instance, "stateful"))?.["ip6_address"]).toBeUndefined();
    await card("down", "address", mac);
    await card("up");
    expect(await askForLease(instance)).toMatchObject({ ip: addressOf("dhcpv6-stateful", ".") });
  });

  test("who was installed anew calls itself otherwise, and gets the port's address once it is plugged anew", async () => {
    const mode = "dhcpv6-stateful";
    const asks = async () => (await askForLeaseV6(instanceOf(mode), "stateful", [], "LLT"))?.["ip6_address"];
    expect((await askForLeaseV6(instanceOf(mode), "stateful"))?.["ip6_address"]).toBe(addressOf(mode, ":"));
    expect(await asks()).toBeUndefined();
    const { id, macAddress } = ports.get(mode) ?? { id: "", macAddress: "" };
    const before = helpers("node2");
    await instanceOf(mode).unplug();
    instances.set(mode, await stackLab.node("node2").plugInstance({ name: mode, portId: id, mac: macAddress }));
    await eventually(async () => expect(await asks()).toBe(addressOf(mode, ":")));
    // The servers of the other networks run on.
    expect(helpers("node2").filter((each) => before.includes(each))).toHaveLength(modes.length - 1);
    expect(await askForLease(instanceOf(mode))).toMatchObject({ ip: addressOf(mode, ".") });
  });

  test("another port is served, by the programs that run", async () => {
    const running = helpers("node2");
    const router = helpers("node1");
    expect(running).toHaveLength(3);
    const made = await rhumb("port", "create", "second", "--network", "slaac", "--host", "node2");
    const port = made["port"] as Port;
    const node = stackLab.node("node2");
    const second = await node.plugInstance({ name: "second", portId: port.id, mac: port.macAddress });
    await eventually(async () => expect(await askForLease(second)).toMatchObject({ ip: "10.0.1.4" }));
    await second.unplug();
    await rhumb("port", "delete", port.id);
    expect(helpers("node2")).toEqual(running);
    expect(helpers("node1")).toEqual(router);
  });

  test("log, bucket and kernels agree", () => expectVerified(stackLab.stack));

  test("of all that, the underlay carried the router's advertisements, and no frame of a DHCP server's", async () => {
    const packets = await underlay.stop();
    const text = packets.join("\n");
    const servers = await linkLocalOf("node2", "qdhcp-", "ns-");
    const legs = await linkLocalOf("node1", "qrouter-", "qr-");
    const advertising = [...text.matchAll(/(fe80::[0-9a-f:]+) > .*router advertisement/g)].map(([, from = ""]) => from);
    expect(legs).toEqual(expect.arrayContaining(advertising));
    expect([new Set(advertising).size, servers.length]).toEqual([modes.length, modes.length]);
    for (const server of servers) expect(text).not.toContain(server);
    expect(text).not.toMatch(/BOOTP|DHCP|dhcp6|\.(67|68|546|547)\b/);
  });

  /** `pid program` of what serves instances on the node. */
  function helpers(node: string): string[] {
    const processes = stackLab.node(node).processes();
    return processes
      .filter(({ argv }) => ["dnsmasq", "radvd"].includes(argv[0] ?? ""))
      .map(({ pid, argv }) => `${pid} ${argv[0]}`);
  }

  async function linkLocalOf(node: string, namespaces: string, devices: string): Promise<string[]> {
    const host = stackLab.node(node);
    const names = (await host.netnsNames()).filter((name) => name.startsWith(namespaces));
    const printed = await Promise.all(
      names.map((name) => host.netns(name).output(["ip", "-6", "-oneline", "address", "show", "scope", "link"])),
    );
    const lines = printed.join("").split("\n");
    return lines.filter((line) => line.includes(devices)).map((line) => /inet6 ([^/]+)/.exec(line)?.[1] ?? "");
  }
});
