import { askForLease, type LabInstance } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Stack } from "../../../infra/stack/stack.ts";
import { eventually } from "../../support/eventually.ts";
import { expectVerified } from "../../support/expect-verified.ts";
import { requiresRoot } from "../../support/requires-root.ts";
import { type StackLab, startStackLab } from "../../support/stack-lab.ts";

interface Port {
  readonly id: string;
  readonly macAddress: string;
  readonly deviceOwner: string;
  readonly fixedIps: readonly { readonly ipAddress: string }[];
}

describe("an instance's DHCP client, from the command to the lease", requiresRoot, () => {
  let lab: StackLab;
  let stack: Stack;
  let web: Port;
  let instance: LabInstance;

  beforeAll(async () => {
    lab = await startStackLab("node1", "node2");
    stack = lab.stack;
    await stack.json("network", "create", "web");
    await stack.json(
      "subnet",
      "create",
      "web-v4",
      "--network",
      "web",
      "--cidr",
      "10.0.0.0/24",
      "--dns",
      "192.0.2.53",
      "--dhcp",
    );
    await eventually(async () => expect(await dhcpPorts()).toHaveLength(1));
  });
  afterAll(() => lab.down());

  const dhcpPorts = async (): Promise<Port[]> => {
    const { ports = [] } = await stack.json<{ ports?: Port[] }>("port", "list");
    return ports.filter(({ deviceOwner }) => deviceOwner === "network:dhcp");
  };

  const plug = (node: string): Promise<LabInstance> =>
    lab.node(node).plugInstance({ name: "web1", portId: web.id, mac: web.macAddress });

  test("the network has one DHCP port, which nobody can delete", async () => {
    const [server] = await dhcpPorts();
    expect(server?.fixedIps).toMatchObject([{ ipAddress: "10.0.0.2" }]);
    expect((await stack.rhumb("port", "delete", server?.id ?? "")).stderr).toContain("network:dhcp");
  });

  test("it gets the port's address", async () => {
    const made = await stack.json<{ port: Port }>("port", "create", "web1", "--network", "web", "--host", "node1");
    web = made.port;
    instance = await plug("node1");
    await eventually(async () => expect(await askForLease(instance)).toMatchObject({ ip: "10.0.0.3" }));
    expect(await askForLease(instance)).toMatchObject({
      serverid: "10.0.0.2",
      router: "10.0.0.1",
      dns: "192.0.2.53",
      mtu: "1500",
    });
  });

  test("it gets the same on another node, from the same server", async () => {
    await instance.unplug();
    await stack.json("port", "set", "web1", "--host", "node2");
    instance = await plug("node2");
    await eventually(async () =>
      expect(await askForLease(instance)).toMatchObject({ ip: "10.0.0.3", serverid: "10.0.0.2", router: "10.0.0.1" }),
    );
    await eventually(async () => expect(await lab.node("node1").netnsNames()).toEqual([]));
  });

  test("an option of its own reaches it when it asks again", async () => {
    await stack.json("port", "set", "web1", "--dhcp-option", "ntp-server,192.0.2.123");
    await eventually(async () =>
      expect(await askForLease(instance, ["ntpsrv"])).toMatchObject({ ntpsrv: "192.0.2.123" }),
    );
  });

  test("log, bucket and kernels agree, the server's files included", () => expectVerified(stack));

  test("the subnet and the network can be deleted, and the server goes with them", async () => {
    await instance.unplug();
    await stack.json("port", "delete", "web1");
    await stack.json("subnet", "delete", "web-v4");
    await stack.json("network", "delete", "web");
    await eventually(async () => expect(await lab.node("node2").netnsNames()).toEqual([]));
    expect(await dhcpPorts()).toEqual([]);
  });
});
