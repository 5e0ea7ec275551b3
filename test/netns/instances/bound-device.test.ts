import { askForLease, type LabInstance } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { expectVerified } from "../../support/expect-verified.ts";
import { requiresRoot } from "../../support/requires-root.ts";
import { type StackInstance, type StackLab, startStackLab } from "../../support/stack-lab.ts";

interface Port {
  readonly id: string;
  readonly macAddress: string;
  readonly fixedIps: readonly { readonly ipAddress: string }[];
  readonly status: string;
  readonly statusReason?: string;
  readonly binding?: { readonly device: string };
}

describe("an instance's device, by a name of its own", requiresRoot, () => {
  let stack: StackLab;
  let neighbour: StackInstance;
  let vm: Port;
  const node = () => stack.node("node1");
  const port = async (name: string): Promise<Port> =>
    (await stack.stack.json<{ port: Port }>("port", "get", name)).port;
  const address = ({ fixedIps }: Port): string => fixedIps[0]?.ipAddress ?? "";
  const stands = (name: string, expected: Partial<Port>): Promise<void> =>
    eventually(async () => expect(await port(name)).toMatchObject(expected));
  const link = async (device: string): Promise<string> =>
    (await node().run(["ip", "-oneline", "link", "show", device])).stdout;
  const plug = (name: string, of: Port, device: string): Promise<LabInstance> =>
    node().plugInstance({
      name,
      portId: of.id,
      device,
      mac: of.macAddress,
      address: `${address(of)}/24`,
    });

  beforeAll(async () => {
    stack = await startStackLab("node1");
    await stack.createNetwork("web", "10.0.0.0/24");
    await stack.stack.json("subnet", "set", "web", "--dhcp");
    await stack.createNetwork("db", "10.1.0.0/24");
    neighbour = await stack.createInstance("neighbour", { network: "web", node: "node1" });
    for (const [name, network] of [
      ["vm", "web"],
      ["other", "web"],
      ["elsewhere", "db"],
    ] as const)
      await stack.stack.json("port", "create", name, "--network", network);
    vm = await port("vm");
  }, 600_000);
  afterAll(() => stack?.down());

  test("is waited for when the port is bound first, and --wait returns when it is there", async () => {
    await stack.stack.json("port", "bind", "vm", "--host", "node1", "--device", "vnet7");
    const reason = "waiting for device vnet7 on node node1";
    await stands("vm", { status: "PORT_STATUS_DOWN", statusReason: reason });
    const late = await stack.stack.rhumb(...bindVm, "--wait", "--timeout", "1");
    expect(late.code).not.toBe(0);
    expect(late.stderr).toContain("waiting for device vnet7 on node node1");
    const waiting = stack.stack.json<{ port: Port }>(...bindVm, "--wait");
    const instance = await plug("vm", vm, "vnet7");
    expect((await waiting).port.status).toBe("PORT_STATUS_ACTIVE");
    await instance.output(["ping", "-n", "-c", "1", "-W", "2", neighbour.address]);
    expect(await askForLease(instance)).toMatchObject({ ip: address(vm) });
    await instance.unplug();
  });

  test("is waited for again when it vanished, and bound when it is back, or was there before the port was bound", async () => {
    await stands("vm", { status: "PORT_STATUS_DOWN", statusReason: "waiting for device vnet7 on node node1" });
    const instance = await plug("vm", vm, "vnet7");
    await stands("vm", { status: "PORT_STATUS_ACTIVE" });
    await stack.reaches(neighbour, address(vm));
    await stack.stack.json("port", "unbind", "vm", "--wait");
    await eventually(async () => expect(await link("vnet7")).not.toMatch(/master|alias|group 120/));
    await stack.stack.json(...bindVm, "--wait");
    await instance.output(["ping", "-n", "-c", "1", "-W", "2", neighbour.address]);
  });

  test("that is given another name is off the network until it has its own again", async () => {
    await rename("vnet7", "vnet8");
    await stands("vm", { status: "PORT_STATUS_DOWN" });
    expect(await link("vnet8")).not.toMatch(/master|alias|group 120/);
    await rename("vnet8", "vnet7");
    await stands("vm", { status: "PORT_STATUS_ACTIVE" });
  });

  test("is down while its port is", async () => {
    await stack.stack.json("port", "set", "vm", "--disable", "--wait");
    expect((await neighbour.run(["ping", "-n", "-c", "1", "-W", "1", address(vm)])).code).not.toBe(0);
    await stack.stack.json("port", "set", "vm", "--enable", "--wait");
    await stack.reaches(neighbour, address(vm));
  });

  test("is not given to a second port, which is told who has it", async () => {
    const refused = await stack.stack.rhumb("port", "bind", "other", "--host", "node1", "--device", "vnet7");
    expect(refused.stderr).toMatch(new RegExp(`device vnet7 on node node1 is bound to port ${vm.id}`));
  });

  test("that was taken out of its port's network by hand is put back", async () => {
    await node().output(["ip", "link", "set", "vnet7", "nomaster"]);
    await eventually(async () => expect(await link("vnet7")).toMatch(/ master brq/));
  });

  test("outlives its port, off the network, and serves another port of another network", async () => {
    await stack.stack.json("port", "delete", "vm", "--wait");
    expect(await link("vnet7")).toContain("vnet7");
    expect(await link("vnet7")).not.toMatch(/master|alias|group 120/);
    await stack.stack.json("port", "bind", "elsewhere", "--host", "node1", "--device", "vnet7", "--wait");
    expect(await link("vnet7")).toMatch(/ master brq/);
    expect((await neighbour.run(["ping", "-n", "-c", "1", "-W", "1", address(vm)])).code).not.toBe(0);
  });

  test("that is in a foreign bridge, or is no instance's at all, is left there, and the status says why", async () => {
    await node().output(["ip", "link", "add", "virbr0", "type", "bridge"]);
    const other = await port("other");
    await plug("other", other, "vnet9");
    await node().output(["ip", "link", "set", "vnet9", "master", "virbr0"]);
    await stack.stack.json("port", "bind", "other", "--host", "node1", "--device", "vnet9");
    await stands("other", {
      status: "PORT_STATUS_ERROR",
      statusReason: expect.stringContaining("device vnet9 is in virbr0, which isn't Rhumbline's"),
    });
    expect(await link("vnet9")).toContain("master virbr0");
    await stack.stack.json("port", "bind", "other", "--host", "node1", "--device", "virbr0");
    await stands("other", { statusReason: expect.stringContaining("device virbr0 is of kind bridge") });
    await stack.stack.json("port", "bind", "other", "--host", "node1", "--device", "vnet9");
    await node().output(["ip", "link", "set", "vnet9", "nomaster"]);
    await stands("other", { status: "PORT_STATUS_ACTIVE" });
  });

  test.each([
    [["--host", "nod1"], 'no node is called "nod1", and it is no id; did you mean node1?'],
    [["--host", "node1", "--device", "tap-of-my-webserver"], "has 19 characters, and a device name at most 15"],
    [[], "--host"],
  ])("rhumb port bind %j is refused with what would be accepted", async (flags, words) => {
    const { code, stderr } = await stack.stack.rhumb("port", "bind", "other", ...flags);
    expect(code).not.toBe(0);
    expect(stderr).toContain(words);
  });

  test("log, bucket and kernels agree on all of it", () => expectVerified(stack.stack));

  const bindVm = ["port", "bind", "vm", "--host", "node1", "--device", "vnet7"] as const;

  async function rename(from: string, to: string): Promise<void> {
    await node().output(["ip", "link", "set", from, "down"]);
    await node().output(["ip", "link", "set", from, "name", to]);
    await node().output(["ip", "link", "set", to, "up"]);
  }
});
