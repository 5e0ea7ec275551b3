import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { expectVerified } from "../../support/expect-verified.ts";
import { requiresRoot } from "../../support/requires-root.ts";
import { type StackInstance, type StackLab, startStackLab } from "../../support/stack-lab.ts";
import { pings } from "./dual-stack.ts";

interface Rule {
  readonly id: string;
}

describe("security groups, from rhumb to packets", requiresRoot, () => {
  let stack: StackLab;
  let one: StackInstance;
  let two: StackInstance;
  let shop: StackInstance;
  const ipv6Of = new Map<StackInstance, string>();

  beforeAll(async () => {
    // Which backend a node has is its own matter.
    stack = await startStackLab("node1", { name: "node2", env: { RHUMBLINE_SECURITY_BACKEND: "iptables" } });
    await stack.createNetwork("web", "10.0.0.0/24");
    await rhumb("subnet", "create", "web6", "--network", "web", "--cidr", "2001:db8:0:1::/64");
    await rhumb("security-group", "create", "web-servers");
    one = await plug("one", "node1");
    two = await plug("two", "node2");
    shop = await plug("shop", "node2", "--security-group", "web-servers");
  }, 600_000);
  afterAll(() => stack?.down());

  const rhumb = <T>(...words: readonly string[]): Promise<T> => stack.stack.json<T>(...words);

  const allow = async (...words: readonly string[]): Promise<string> =>
    (await rhumb<{ rule: Rule }>("security-group", "rule", "create", "web-servers", ...words)).rule.id;

  async function plug(name: string, node: string, ...options: readonly string[]): Promise<StackInstance> {
    const instance = await stack.createInstance(name, { network: "web", node }, ...options);
    const { port } = await rhumb<{ port: { fixedIps: { ipAddress: string }[] } }>("port", "get", name);
    const address = port.fixedIps.map(({ ipAddress }) => ipAddress).find((each) => each.includes(":")) ?? "";
    ipv6Of.set(instance, address);
    await instance.output(["sysctl", "-qw", "net.ipv6.conf.eth0.disable_ipv6=0"]);
    await instance.output(["ip", "address", "add", `${address}/64`, "dev", "eth0", "nodad"]);
    return instance;
  }

  /** In IPv4 and in IPv6. */
  const reaches = async (from: StackInstance, to: StackInstance): Promise<readonly boolean[]> => [
    await pings(from, to.address),
    await pings(from, ipv6Of.get(to) ?? ""),
  ];
  const both = [true, true];
  const neither = [false, false];
  const becomes = (from: StackInstance, to: StackInstance, expected: readonly boolean[]): Promise<void> =>
    eventually(async () => expect(await reaches(from, to)).toEqual(expected));

  test("ports of the default group reach each other over nodes, and nobody else's do", async () => {
    await becomes(one, two, both);
    await becomes(two, one, both);
    expect(await reaches(shop, one)).toEqual(neither);
    expect(await reaches(one, shop)).toEqual(neither);
  });

  test("a rule for a remote group lets its ports in, wherever they are, until it is taken back", async () => {
    const ids = [
      await allow("--protocol", "icmp", "--remote-group", "default"),
      await allow("--protocol", "icmpv6", "--ethertype", "ipv6", "--remote-group", "default"),
    ];
    await becomes(one, shop, both);
    await becomes(two, shop, both);
    for (const id of ids) await rhumb("security-group", "rule", "delete", id);
    await becomes(one, shop, neither);
  });

  test("an address group lets in whom it names now", async () => {
    await rhumb("address-group", "create", "offices", "--address", one.address);
    await allow("--protocol", "icmp", "--remote-address-group", "offices");
    await becomes(one, shop, [true, false]);
    expect(await reaches(two, shop)).toEqual(neither);
    await rhumb("address-group", "set", "offices", "--address", two.address);
    await becomes(two, shop, [true, false]);
    await becomes(one, shop, neither);
  });

  test("a port changes its groups, and is let alone without port security", async () => {
    await rhumb("port", "set", "shop", "--security-group", "default");
    await becomes(one, shop, both);
    await rhumb("port", "set", "shop", "--no-security-group");
    await becomes(one, shop, neither);
    await rhumb("port", "set", "shop", "--port-security", "off");
    await becomes(one, shop, both);
  });

  test("log, bucket and kernels agree on all of it", () => expectVerified(stack.stack));
});
